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

// Says that the next `size` bytes of frames are batch `number`.
inline wire::pb::PeerMessage batch_mark(std::uint64_t number, std::size_t size) {
    wire::pb::PeerMessage message;
    message.mutable_batch()->set_number(number);
    message.mutable_batch()->set_size(static_cast<std::uint32_t>(size));
    return message;
}

class Batch {
  public:
    // REQUIRES: at least mark_room bytes.
    explicit Batch(Bytes buffer) : buffer_(std::move(buffer)) {}

    BytesView frames() const noexcept { return BytesView{buffer_}.subspan(begin_, end_ - begin_); }
    std::size_t size() const noexcept { return end_ - begin_; }
    std::size_t room() const noexcept { return buffer_.size() - end_; }
    std::size_t capacity() const noexcept { return buffer_.size(); }
    Bytes take_buffer() { return std::move(buffer_); }

    // REQUIRES: there is room for it.
    void add(const wire::pb::PeerMessage& message) {
        const Bytes frame = wire::frame(message);
        std::memcpy(buffer_.data() + end_, frame.data(), frame.size());
        end_ += frame.size();
    }
    // Its number among the batches of all lanes, in front of the frames. Once, when they are complete.
    void mark(std::uint64_t number) {
        const Bytes frame = wire::frame(batch_mark(number, size()));
        begin_ -= frame.size();
        std::memcpy(buffer_.data() + begin_, frame.data(), frame.size());
    }
    // Where the payload of a DATA frame goes that is added next, at most `most` bytes.
    std::span<std::byte> payload(std::size_t most) {
        return std::span{buffer_}.subspan(end_ + data_headroom, most);
    }
    void add_data(std::uint32_t item, std::uint64_t offset, std::size_t size) {
        const auto header = wire::make_data_header(item, offset, static_cast<std::uint32_t>(size));
        std::memcpy(buffer_.data() + end_, header.data(), header.size());
        end_ += header.size() + size;
        content += size;
    }

    // A frame's header, a body's, and two numbers.
    static constexpr std::size_t mark_room = wire::header_size + 3 + 11 + 6;
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
    std::size_t begin_ = mark_room, end_ = mark_room;
};

}  // namespace p2pc::peer
