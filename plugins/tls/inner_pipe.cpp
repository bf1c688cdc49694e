#include "tls/inner_pipe.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace p2pc::tls {

using transport::IoResult;
using transport::IoStatus;

void Buffer::grow(std::size_t capacity) {
    auto larger = std::make_unique_for_overwrite<std::byte[]>(capacity);
    if (!empty()) std::memcpy(larger.get(), memory_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    memory_ = std::move(larger);
    capacity_ = capacity;
}

void Buffer::append(std::span<const std::byte> bytes) {
    const std::size_t needed = end_ - begin_ + bytes.size();
    if (end_ + bytes.size() > capacity_) grow(std::max(needed, 2 * capacity_));
    std::memcpy(memory_.get() + end_, bytes.data(), bytes.size());
    end_ += bytes.size();
}

std::span<std::byte> Buffer::room(std::size_t size) {
    if (end_ + size > capacity_) grow(end_ - begin_ + size);
    return {memory_.get() + end_, size};
}

void Buffer::consume(std::size_t size) noexcept {
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
}

void Buffer::release() noexcept {
    *this = Buffer{};
}

// The BIO's callbacks; its data is the pipe.
struct PipeBio {
    static InnerPipe& pipe(BIO* bio) noexcept { return *static_cast<InnerPipe*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* into, int size) {
        BIO_clear_retry_flags(bio);
        const int count = pipe(bio).read(into, static_cast<std::size_t>(size));
        if (count < 0) BIO_set_retry_read(bio);
        return count;
    }
    static int write(BIO* bio, const char* from, int size) {
        BIO_clear_retry_flags(bio);
        pipe(bio).out_.append({reinterpret_cast<const std::byte*>(from), static_cast<std::size_t>(size)});
        return size;
    }
    static long control(BIO* bio, int command, long, void*) {
        switch (command) {
            case BIO_CTRL_FLUSH:
            case BIO_CTRL_PUSH:
            case BIO_CTRL_POP:
                return 1;
            case BIO_CTRL_EOF:
                return pipe(bio).last_read_ == IoStatus::eof ? 1 : 0;
            default:
                return 0;
        }
    }

    // Null where there was no memory for it; the next is made then.
    static const BIO_METHOD* method() noexcept {
        static std::mutex making;
        static BIO_METHOD* made = nullptr;
        const std::lock_guard hold(making);
        if (made == nullptr) made = make_method();
        return made;
    }

  private:
    static BIO_METHOD* make_method() noexcept {
        const int index = BIO_get_new_index();
        auto* method = index == -1 ? nullptr : BIO_meth_new(index | BIO_TYPE_SOURCE_SINK, "p2pc stream");
        if (method == nullptr) return nullptr;
        BIO_meth_set_read(method, read);
        BIO_meth_set_write(method, write);
        BIO_meth_set_ctrl(method, control);
        return method;
    }
};

BIO* InnerPipe::make_bio() noexcept {
    const auto* const method = PipeBio::method();
    auto* bio = method == nullptr ? nullptr : BIO_new(method);
    if (bio == nullptr) return nullptr;
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    return bio;
}

// Bytes, 0 at the end or after an error (last_read_ tells which), -1: come again.
int InnerPipe::read(char* into, std::size_t size) noexcept {
    if (in_.empty()) {
        const auto status = fill(chunk_);
        if (status == IoStatus::eof || status == IoStatus::error) return 0;
        if (status != IoStatus::ok) return -1;
    }
    const auto bytes = in_.data();
    const std::size_t count = std::min(size, bytes.size());
    std::memcpy(into, bytes.data(), count);
    in_.consume(count);
    return static_cast<int>(count);
}

IoStatus InnerPipe::fill(std::size_t size) noexcept {
    const std::size_t held = in_.data().size();
    if (held >= size) return IoStatus::ok;
    const auto room = in_.room(size - held);
    const auto result = stream_->try_read(room.data(), room.size());
    in_.filled(result.count);
    last_read_ = result.status;
    return result.status;
}

IoResult InnerPipe::push() noexcept {
    while (!out_.empty()) {
        const auto bytes = out_.data();
        const auto result = stream_->try_write(bytes.data(), bytes.size());
        if (result.status != IoStatus::ok) return {0, result.status};
        out_.consume(result.count);
    }
    return stream_->flush();
}

void InnerPipe::trim() noexcept {
    if (chunk_ == bulk_chunk) return;
    if (in_.empty()) in_.release();
    if (out_.empty()) out_.release();
}

}  // namespace p2pc::tls
