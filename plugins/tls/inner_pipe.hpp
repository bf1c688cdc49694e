// InnerPipe: the stream below TLS with a buffer each way, and the BIO through which OpenSSL sees it.
//
// OpenSSL reads 5 bytes and then a record at a time; the pipe asks the stream for as much as `chunk` says,
// 4 KiB until it is told otherwise and 256 KiB while bulk flows. Writes are collected and go out in one piece
// by push(), so that OpenSSL never has a write under way and a refused write took nothing. Empty buffers are
// given back.
#pragma once

#include <openssl/bio.h>

#include <cstddef>
#include <memory>
#include <p2pc/transport/stream.hpp>
#include <span>

namespace p2pc::tls {

// Bytes taken from the front and added at the back; no memory while empty and released.
class Buffer {
  public:
    bool empty() const noexcept { return begin_ == end_; }
    std::span<const std::byte> data() const noexcept { return {memory_.get() + begin_, end_ - begin_}; }
    void append(std::span<const std::byte> bytes);
    // Room at the back of an empty buffer; filled() tells how much of it was used.
    std::span<std::byte> room(std::size_t size);
    void filled(std::size_t size) noexcept { end_ += size; }
    void consume(std::size_t size) noexcept;
    void release() noexcept;

  private:
    void grow(std::size_t capacity);

    std::unique_ptr<std::byte[]> memory_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

class InnerPipe {
  public:
    explicit InnerPipe(std::unique_ptr<transport::Stream> stream) noexcept : stream_(std::move(stream)) {}

    transport::Stream& stream() noexcept { return *stream_; }
    Buffer& in() noexcept { return in_; }
    // A new BIO on this pipe, which must outlive it.
    BIO* make_bio() noexcept;
    // Hands collected bytes to the stream; ok when there are none left.
    transport::IoResult push() noexcept;
    std::size_t unsent() const noexcept { return out_.data().size(); }
    void forget_unsent() noexcept { out_.release(); }
    // What the stream said when OpenSSL last asked for more bytes.
    transport::IoStatus last_read() const noexcept { return last_read_; }
    // Reads once into the in-buffer, at most `size` bytes in all.
    transport::IoStatus fill(std::size_t size) noexcept;
    void set_chunk(std::size_t size) noexcept { chunk_ = size; }
    // Gives back what is empty unless large pieces flow.
    void trim() noexcept;

    static constexpr std::size_t first_chunk = 4 * 1024;         // while it may still be a stranger
    static constexpr std::size_t small_chunk = 16 * 1024 + 256;  // one record
    static constexpr std::size_t bulk_chunk = 256 * 1024;

  private:
    friend struct PipeBio;
    int read(char* into, std::size_t size) noexcept;

    std::unique_ptr<transport::Stream> stream_;
    Buffer in_;
    Buffer out_;
    std::size_t chunk_ = first_chunk;
    transport::IoStatus last_read_ = transport::IoStatus::ok;
};

}  // namespace p2pc::tls
