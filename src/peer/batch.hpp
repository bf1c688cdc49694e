// Batch: whole frames of a delivery in one buffer, and what the loop must know of them.
//
// Made on the pool by a Packer, written by the loop in one go. A value.
#pragma once

#include <cstring>
#include <vector>

#include "peer/delivery.hpp"
#include "wire/message.hpp"

namespace p2pc::peer {

// Something in a batch that somebody is told of, now or when the other side has answered.
class Note {
  public:
    enum class Kind {
        begun,    // results may come for it
        sent,     // a top-level item, whole: only now may its result be good
        settled,  // nothing more is expected
    };
    Note(Kind k, bool outermost, ItemOutcome o) : kind(k), top(outermost), outcome(std::move(o)) {}
    Kind kind;
    bool top;  // not within a tree
    ItemOutcome outcome;
};

class Batch {
  public:
    explicit Batch(Bytes buffer) : buffer_(std::move(buffer)) {}

    BytesView frames() const noexcept { return BytesView{buffer_}.first(size_); }
    std::size_t size() const noexcept { return size_; }
    std::size_t room() const noexcept { return buffer_.size() - size_; }
    Bytes take_buffer() { return std::move(buffer_); }

    // REQUIRES: there is room for it.
    void add(const wire::pb::PeerMessage& message) {
        const Bytes frame = wire::frame(message);
        std::memcpy(buffer_.data() + size_, frame.data(), frame.size());
        size_ += frame.size();
    }
    // Where the payload of a DATA frame goes that is added next, at most `most` bytes.
    std::span<std::byte> payload(std::size_t most) {
        return std::span{buffer_}.subspan(size_ + data_headroom, most);
    }
    void add_data(std::uint32_t item, std::uint64_t offset, std::size_t size) {
        const auto header = wire::make_data_header(item, offset, static_cast<std::uint32_t>(size));
        std::memcpy(buffer_.data() + size_, header.data(), header.size());
        size_ += header.size() + size;
        content += size;
    }

    static constexpr std::size_t data_headroom = wire::header_size + wire::data_header_size;

    std::vector<Note> notes;    // in the order of the frames
    std::uint64_t content = 0;  // bytes of files
    std::uint64_t resumed = 0;  // bytes of files that the other side had
    std::uint64_t files = 0;    // within trees, that ended well
    std::string name;           // of the last file
    bool waits = false;         // nothing more can be sent before an answer has come
    bool last = false;

  private:
    Bytes buffer_;
    std::size_t size_ = 0;
};

}  // namespace p2pc::peer
