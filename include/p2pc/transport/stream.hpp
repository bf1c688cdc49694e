// The transport seam: byte streams as a plugin gives them to the host (docs/plugin_abi.md).
//
// Nothing here waits. The host calls try_* until one says want_read or want_write, then waits for
// poll_fd() (or on_ready) and tries again. All functions are noexcept; no exception, std::error_code or
// Asio type crosses. One thread at a time per object. THE VTABLE ORDER IS THE ABI: append only, with a
// new ABI version.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <p2pc/base/error.hpp>
#include <span>
#include <string_view>

namespace p2pc::transport {

enum class IoStatus : std::uint8_t { ok, want_read, want_write, eof, error };

// `count` bytes were moved when status is ok; 0 otherwise. A want_* consumed nothing.
struct IoResult {
    std::size_t count = 0;
    IoStatus status = IoStatus::ok;
};

// Why a stream, a listener or a transport said error. `text` is for our log, zero-terminated.
struct Failure {
    Errc code = Errc::internal;
    std::array<char, 200> text{};
};

// An endpoint: opaque bytes for the plugin and a printable text ("192.0.2.7:9876", "[::1]:9876").
struct Address {
    std::array<std::byte, 128> opaque{};
    std::uint8_t opaque_size = 0;
    std::array<char, 200> text{};  // zero-terminated
    std::string_view printable() const noexcept { return std::string_view{text.data()}; }
};

// What ties this very connection to the proof on it: RFC 9266 "tls-exporter", or "none".
struct Binding {
    std::array<char, 32> type{};  // zero-terminated
    std::array<std::byte, 64> value{};
    std::uint8_t value_size = 0;
    std::string_view name() const noexcept { return std::string_view{type.data()}; }
    bool none() const noexcept { return name() == "none" || name().empty(); }
};

// How the connection is used: buffers, congestion control, TCP_NOTSENT_LOWAT are the plugin's business.
enum class Use : std::uint8_t { idle, interactive, bulk };

struct Stream {
    // Closes the descriptor it owns. Unless try_shutdown() said ok this is an abort: the other side gets
    // error, never eof, also when the whole process is killed.
    virtual ~Stream() = default;
    // Constant for life, or -1: then only on_ready tells.
    virtual int poll_fd() noexcept = 0;
    // Calls `call(context)` once, on the thread that drives the stream and never from inside a call into
    // this object, when something a want_* waited for may proceed; at once (but deferred) when it already
    // may. A call for nothing is allowed: try again. Only needed where poll_fd() is -1. A null `call`, or
    // the end of the stream, forgets the registration.
    virtual void on_ready(void (*call)(void*), void* context) noexcept = 0;
    // Nanoseconds of CLOCK_MONOTONIC at which step() is due, -1: none.
    virtual std::int64_t deadline_ns() noexcept = 0;
    // Advances the connect and the handshake; ok when the stream is ready to carry bytes. Repeatable.
    virtual IoResult step() noexcept = 0;
    // ok when everything written so far was handed to the system. Repeatable.
    virtual IoResult flush() noexcept = 0;
    // Flushes, then closes the write side only; reading goes on. Repeatable until ok.
    virtual IoResult try_shutdown() noexcept = 0;
    // A new, stepped or just-read stream may hold buffered bytes: try before you wait. May say want_write.
    // eof: the other side ended in order. A bare FIN under an encrypting transport is error.
    virtual IoResult try_read(std::byte* into, std::size_t size) noexcept = 0;
    // May say want_read. The next try may use another buffer: nothing of a refused one was taken.
    virtual IoResult try_write(const std::byte* from, std::size_t size) noexcept = 0;
    // Valid once step() said ok.
    virtual Binding binding() noexcept = 0;
    virtual Address local() noexcept = 0;
    virtual Address remote() noexcept = 0;
    // The reason of the last error.
    virtual Failure failure() noexcept = 0;
    virtual void hint(Use use) noexcept = 0;
};

struct Accepted {
    Stream* stream = nullptr;  // owned by the caller; null unless status is ok
    IoStatus status = IoStatus::want_read;
};

struct Listener {
    virtual ~Listener() = default;  // closes the descriptor (and removes what it made, a socket file)
    virtual int poll_fd() noexcept = 0;
    virtual void on_ready(void (*call)(void*), void* context) noexcept = 0;
    // A stream that is accepted but not stepped. error: a resource is short (EMFILE) or the socket is
    // gone; failure() tells: Errc::busy may be tried again after a pause.
    virtual Accepted try_accept() noexcept = 0;
    virtual Address local() noexcept = 0;
    virtual Failure failure() noexcept = 0;
};

}  // namespace p2pc::transport
