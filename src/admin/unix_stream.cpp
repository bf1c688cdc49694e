#include "admin/unix_stream.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <p2pc/transport/text.hpp>

namespace p2pc::admin {

using transport::IoResult;
using transport::IoStatus;

UnixStream::~UnixStream() {
    ::close(fd_);
}

// errno says why; a call that was only too early is none.
IoResult UnixStream::fail(const char* what) noexcept {
    failure_ = transport::make_failure(Errc::interrupted, what);
    return {0, IoStatus::error};
}

IoResult UnixStream::try_shutdown() noexcept {
    return ::shutdown(fd_, SHUT_WR) == 0 ? IoResult{} : fail("shutdown");
}

IoResult UnixStream::try_read(std::byte* into, std::size_t size) noexcept {
    ssize_t got = 0;
    do {
        got = ::recv(fd_, into, size, 0);
    } while (got < 0 && errno == EINTR);
    if (got > 0) return {static_cast<std::size_t>(got), IoStatus::ok};
    if (got == 0) return {0, IoStatus::eof};
    return errno == EAGAIN ? IoResult{0, IoStatus::want_read} : fail("read");
}

IoResult UnixStream::try_write(const std::byte* from, std::size_t size) noexcept {
    ssize_t sent = 0;
    do {
        sent = ::send(fd_, from, size, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent >= 0) return {static_cast<std::size_t>(sent), IoStatus::ok};
    return errno == EAGAIN ? IoResult{0, IoStatus::want_write} : fail("write");
}

transport::Address UnixStream::remote() noexcept {
    transport::Address address;
    std::memcpy(address.opaque.data(), &peer_, sizeof peer_);
    address.opaque_size = sizeof peer_;
    return address;
}

uid_t uid_of(const transport::Address& remote) noexcept {
    uid_t uid = 0;
    std::memcpy(&uid, remote.opaque.data(), sizeof uid);
    return uid;
}

transport::Binding UnixStream::binding() noexcept {
    return transport::no_binding();
}

}  // namespace p2pc::admin
