// Bytes travel in packets (SOCK_SEQPACKET) of one mark and data, so that an end in order can be told from
// a process that vanished: a Unix socket itself ends the same way in both cases.
#include "unix_stream.hpp"

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "unix_address.hpp"

namespace unix_transport {

using namespace p2pc::transport;
using p2pc::Errc;

namespace {

constexpr std::size_t max_data = 32 * 1024;
constexpr std::byte data_mark{0};
constexpr std::byte end_mark{1};

// The number of bytes sent after the mark, or -1 and errno.
ssize_t send_packet(int fd, std::byte mark, const std::byte* data, std::size_t size) noexcept {
    iovec parts[] = {{&mark, 1}, {const_cast<std::byte*>(data), size}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    ssize_t sent;
    do {
        sent = ::sendmsg(fd, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : sent - 1;
}

}  // namespace

Made<Stream> UnixStream::connect(const Address& to) noexcept {
    const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return {nullptr, system_failure(errno, "socket", Errc::cannot_connect)};
    auto* stream = new UnixStream(fd, Address{}, to);
    const auto name = socket_name(to);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0) return {stream, {}};
    const auto failure = system_failure(errno, to.printable(), Errc::cannot_connect);
    delete stream;
    return {nullptr, failure};
}

UnixStream::UnixStream(int fd, const Address& local, const Address& remote) noexcept
    : fd_(fd), local_(local), remote_(remote) {}

UnixStream::~UnixStream() {
    ::close(fd_);
}

IoResult UnixStream::fail(int number, const char* what) noexcept {
    if (!failed_) failure_ = system_failure(number, what, Errc::interrupted);
    failed_ = true;
    return {0, IoStatus::error};
}

IoResult UnixStream::step() noexcept {
    return {0, failed_ ? IoStatus::error : IoStatus::ok};
}

IoResult UnixStream::flush() noexcept {
    return step();
}

IoResult UnixStream::try_shutdown() noexcept {
    if (failed_) return {0, IoStatus::error};
    if (shut_) return {0, IoStatus::ok};
    if (send_packet(fd_, end_mark, nullptr, 0) < 0) {
        return errno == EAGAIN ? IoResult{0, IoStatus::want_write} : fail(errno, "shutdown");
    }
    shut_ = true;
    return {0, IoStatus::ok};
}

IoResult UnixStream::try_read(std::byte* into, std::size_t size) noexcept {
    if (failed_) return {0, IoStatus::error};
    if (size == 0) return {0, IoStatus::ok};
    if (taken_ == held_.size() && !ended_) {
        held_.resize(1 + max_data);
        ssize_t got;
        do {
            got = ::recv(fd_, held_.data(), held_.size(), 0);
        } while (got < 0 && errno == EINTR);
        const int error = errno;
        held_.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        taken_ = held_.empty() ? 0 : 1;  // past the mark
        if (got < 0) {
            // An idle connection holds no buffer.
            held_.shrink_to_fit();
            return error == EAGAIN ? IoResult{0, IoStatus::want_read} : fail(error, "read");
        }
        if (got == 0) return fail(ECONNRESET, "read");
        ended_ = held_.front() == end_mark;
    }
    if (ended_) return {0, IoStatus::eof};
    const std::size_t count = std::min(size, held_.size() - taken_);
    std::memcpy(into, held_.data() + taken_, count);
    taken_ += count;
    return {count, IoStatus::ok};
}

IoResult UnixStream::try_write(const std::byte* from, std::size_t size) noexcept {
    if (failed_) return {0, IoStatus::error};
    if (shut_) return fail(EPIPE, "write after shutdown");
    if (size == 0) return {0, IoStatus::ok};
    const auto sent = send_packet(fd_, data_mark, from, std::min(size, max_data));
    if (sent >= 0) return {static_cast<std::size_t>(sent), IoStatus::ok};
    return errno == EAGAIN ? IoResult{0, IoStatus::want_write} : fail(errno, "write");
}

Binding UnixStream::binding() noexcept {
    return no_binding();
}

}  // namespace unix_transport
