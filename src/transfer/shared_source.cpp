#include "transfer/shared_source.hpp"

#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <optional>

namespace p2pc::transfer {
namespace {

constexpr std::uint64_t gone = std::numeric_limits<std::uint64_t>::max();

// How much is asked of the inner source at once: a quiet pipe gives less.
constexpr std::size_t read_size = 256 * 1024;

class Ring {
  public:
    Ring(std::unique_ptr<Source> inner, std::size_t readers, std::size_t size)
        : inner_(std::move(inner)), label_(inner_->label()), buffer_(size), at_(readers, 0) {}

    const std::string& label() const noexcept { return label_; }

    Result<Entry> open() {
        const std::lock_guard held{lock_};
        if (!entry_) entry_ = inner_->open();
        return *entry_;
    }

    Result<std::size_t> read(std::size_t reader, std::span<std::byte> into) {
        std::unique_lock held{lock_};
        while (true) {
            if (at_[reader] == gone) return Errc::canceled;
            if (at_[reader] < head_) return take(reader, into);
            if (end_) return *end_ ? Result<std::size_t>{std::size_t{0}} : Result<std::size_t>{end_->error()};
            if (!filling_ && room() > 0) {
                fill(held);
            } else {
                changed_.wait(held);
            }
        }
    }

    // The inner source is stopped with the last reader: until then somebody wants what it has.
    void leave(std::size_t reader) noexcept {
        const std::lock_guard held{lock_};
        at_[reader] = gone;
        if (slowest() == gone) inner_->stop();
        changed_.notify_all();
    }

  private:
    std::uint64_t slowest() const noexcept { return *std::min_element(at_.begin(), at_.end()); }

    std::size_t room() const noexcept {
        return buffer_.size() - static_cast<std::size_t>(head_ - std::min(slowest(), head_));
    }

    // From the ring, up to its edge.
    std::size_t take(std::size_t reader, std::span<std::byte> into) {
        const auto from = static_cast<std::size_t>(at_[reader] % buffer_.size());
        const auto there = static_cast<std::size_t>(head_ - at_[reader]);
        const auto size = std::min({into.size(), there, buffer_.size() - from});
        std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(from), size, into.begin());
        at_[reader] += size;
        changed_.notify_all();
        return size;
    }

    // Into the free part behind the head, which nobody else touches while the lock is open.
    void fill(std::unique_lock<std::mutex>& held) {
        const auto from = static_cast<std::size_t>(head_ % buffer_.size());
        const auto size = std::min({room(), buffer_.size() - from, read_size});
        filling_ = true;
        held.unlock();
        const auto got = inner_->read(std::span{buffer_}.subspan(from, size));
        held.lock();
        filling_ = false;
        if (!got) {
            end_ = got.error();
        } else if (*got == 0) {
            end_ = Status{};
        } else {
            head_ += *got;
        }
        changed_.notify_all();
    }

    std::unique_ptr<Source> inner_;
    std::string label_;
    std::mutex lock_;
    std::condition_variable changed_;
    std::optional<Result<Entry>> entry_;
    std::vector<std::byte> buffer_;
    std::uint64_t head_ = 0;         // bytes read in all; the ring holds the last of them
    std::vector<std::uint64_t> at_;  // how far each reader is; `gone`: it left
    std::optional<Status> end_;      // there is no more
    bool filling_ = false;           // somebody is reading from inner_
};

class SharedSource final : public Source {
  public:
    SharedSource(std::shared_ptr<Ring> ring, std::size_t reader) : ring_(std::move(ring)), reader_(reader) {}
    ~SharedSource() override { ring_->leave(reader_); }

    const std::string& label() const noexcept override { return ring_->label(); }
    Result<Entry> open() override { return ring_->open(); }
    Result<std::size_t> read(std::span<std::byte> into) override { return ring_->read(reader_, into); }
    void stop() noexcept override { ring_->leave(reader_); }

  private:
    std::shared_ptr<Ring> ring_;
    std::size_t reader_;
};

}  // namespace

std::vector<std::unique_ptr<Source>> share(std::unique_ptr<Source> inner, std::size_t readers,
                                           std::size_t ring_size) {
    assert(inner && readers > 0 && ring_size > 0);
    const auto ring = std::make_shared<Ring>(std::move(inner), readers, ring_size);
    std::vector<std::unique_ptr<Source>> sources;
    for (std::size_t reader = 0; reader < readers; ++reader)
        sources.push_back(std::make_unique<SharedSource>(ring, reader));
    return sources;
}

}  // namespace p2pc::transfer
