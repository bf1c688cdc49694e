// The transport "unix": conversations on one machine, over sockets in the file system.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <p2pc/plugin/plugin.hpp>
#include <string>

#include "unix_address.hpp"
#include "unix_stream.hpp"

namespace unix_transport {
namespace {

using namespace p2pc::transport;
using p2pc::Errc;

class UnixListener final : public Listener {
  public:
    UnixListener(int fd, const Address& at) noexcept : fd_(fd), at_(at) {}
    ~UnixListener() override {
        ::unlink(std::string{path_of(at_)}.c_str());
        ::close(fd_);
    }
    int poll_fd() noexcept override { return fd_; }
    void on_ready(void (*)(void*), void*) noexcept override {}
    Accepted try_accept() noexcept override {
        for (;;) {
            const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd >= 0) return {new UnixStream(fd, at_, Address{}), IoStatus::ok};
            if (errno == EINTR || errno == ECONNABORTED) continue;
            if (errno == EAGAIN) return {nullptr, IoStatus::want_read};
            failure_ = system_failure(errno, "accept", Errc::local_io);
            return {nullptr, IoStatus::error};
        }
    }
    Address local() noexcept override { return at_; }
    Failure failure() noexcept override { return failure_; }

  private:
    int fd_;
    Address at_;
    Failure failure_;
};

// A socket file that nobody listens on is left over from a process that was killed.
bool stale(const sockaddr_un& name) noexcept {
    const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    const int result = ::connect(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name);
    const bool refused = result != 0 && errno == ECONNREFUSED;
    ::close(fd);
    return refused;
}

bool bind_private(int fd, const sockaddr_un& name) noexcept {
    const auto* address = reinterpret_cast<const sockaddr*>(&name);
    int result = ::bind(fd, address, sizeof name);
    if (result != 0 && errno == EADDRINUSE) {
        if (!stale(name)) {
            errno = EADDRINUSE;
            return false;
        }
        ::unlink(name.sun_path);
        result = ::bind(fd, address, sizeof name);
    }
    // Before listen(): nobody else can have connected yet.
    return result == 0 && ::chmod(name.sun_path, 0600) == 0;
}

Made<Listener> start_listening(const Address& at, int backlog) noexcept {
    const auto failed = [&] { return system_failure(errno, at.printable(), Errc::local_io); };
    const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return {nullptr, failed()};
    if (!bind_private(fd, socket_name(at)) || ::listen(fd, backlog) != 0) {
        const auto failure = failed();
        ::close(fd);
        return {nullptr, failure};
    }
    return {new UnixListener(fd, at), {}};
}

Failure unknown_option(const Option& option) noexcept {
    return make_failure(Errc::usage, "unknown transport option '" + std::string{option.key} + "'");
}

class UnixTransport final : public Transport {
  public:
    const char* name() noexcept override { return "unix"; }

    // An absolute path; there are no names to resolve and no ports.
    Parsed parse(std::string_view text, std::uint16_t, Names) noexcept override {
        Parsed parsed;
        if (!text.starts_with('/') || text.size() > max_path || text.find('\0') != text.npos) {
            parsed.failure = make_failure(Errc::usage, "not an absolute path of at most 107 bytes");
            return parsed;
        }
        parsed.addresses[parsed.count++] = make_address(text);
        return parsed;
    }
    Reach reach(const Address&) noexcept override { return Reach::loopback; }
    std::uint16_t port(const Address&) noexcept override { return 0; }
    std::size_t reachable(const Address& bound, std::span<Address> into) noexcept override {
        if (into.empty()) return 0;
        into[0] = bound;
        return 1;
    }

    Made<Stream> connect(const Address& to, const ConnectOptions& options) noexcept override {
        if (!options.options.empty()) return {nullptr, unknown_option(options.options.front())};
        return UnixStream::connect(to);
    }
    Made<Listener> listen(const Address& at, const ListenOptions& options) noexcept override {
        if (!options.options.empty()) return {nullptr, unknown_option(options.options.front())};
        return start_listening(at, options.backlog);
    }
    // Plain bytes in plain bytes are the inner stream itself.
    Made<Stream> wrap(Stream* inner, Role, std::span<const Option>) noexcept override { return {inner, {}}; }
    bool bound() noexcept override { return false; }
};

Transport* make() noexcept {
    return new UnixTransport;
}

}  // namespace
}  // namespace unix_transport

P2PC_TRANSPORT_PLUGIN("unix", unix_transport::make);
