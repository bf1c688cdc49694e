#include "admin/socket.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <p2pc/transport/text.hpp>
#include <system_error>
#include <utility>

#include "admin/unix_stream.hpp"

namespace p2pc::admin {
namespace {

namespace fs = std::filesystem;

constexpr int backlog = 8;
// What is bound before it gets its name, which may be longer than a socket's address. Of this process:
// another server may have its database in the same folder.
std::string unnamed() {
    return fmt::format(".p2pc-admin.{}", ::getpid());
}

class Descriptor {
  public:
    explicit Descriptor(int fd) noexcept : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const noexcept { return fd_; }
    int release() noexcept { return std::exchange(fd_, -1); }

  private:
    int fd_;
};

Error trouble(const fs::path& path, std::string_view what, int number = errno) {
    return Error{Errc::local_io,
                 fmt::format("{}: {}: {}", path.string(), what, std::generic_category().message(number))};
}

// An address is 108 bytes at most; through a descriptor any path fits.
sockaddr_un address_of(int folder, const char* name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto text =
        name ? fmt::format("/proc/self/fd/{}/{}", folder, name) : fmt::format("/proc/self/fd/{}", folder);
    std::memcpy(address.sun_path, text.data(), std::min(text.size(), sizeof address.sun_path - 1));
    return address;
}

std::optional<ucred> peer_of(int fd) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
    return peer;
}

class UnixListener final : public transport::Listener {
  public:
    UnixListener(fs::path path, Descriptor folder, Descriptor socket, uid_t own, OnRefused refused)
        : path_(std::move(path)),
          folder_(std::move(folder)),
          socket_(std::move(socket)),
          own_(own),
          refused_(std::move(refused)) {}
    ~UnixListener() override { ::unlinkat(folder_.get(), path_.filename().c_str(), 0); }

    int poll_fd() noexcept override { return socket_.get(); }
    void on_ready(void (*)(void*), void*) noexcept override {}
    transport::Accepted try_accept() noexcept override {
        for (;;) {
            Descriptor fd{::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
            if (fd.get() < 0) {
                if (errno == EINTR || errno == ECONNABORTED) continue;
                if (errno == EAGAIN) return {nullptr, transport::IoStatus::want_read};
                failure_ = transport::make_failure(Errc::busy, std::strerror(errno));
                return {nullptr, transport::IoStatus::error};
            }
            const auto peer = peer_of(fd.get());
            if (peer && may_ask(peer->uid, own_)) {
                return {new UnixStream(fd.release(), peer->uid), transport::IoStatus::ok};
            }
            refused_(peer ? peer->uid : static_cast<uid_t>(-1));
        }
    }
    transport::Address local() noexcept override { return {}; }
    transport::Failure failure() noexcept override { return failure_; }

  private:
    fs::path path_;
    Descriptor folder_, socket_;
    uid_t own_;
    OnRefused refused_;
    transport::Failure failure_;
};

Status check_place(int folder, const fs::path& path) {
    struct stat found {};
    if (::fstat(folder, &found) != 0) return trouble(path, "its folder");
    const bool mine = found.st_uid == ::geteuid() || found.st_uid == 0;
    if (!mine || (found.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return Error{Errc::local_io, fmt::format("{}: others may write to its folder", path.string())};
    }
    if (::fstatat(folder, path.filename().c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) return {};
    if (S_ISSOCK(found.st_mode)) return {};
    return Error{Errc::local_io, fmt::format("{} is there and no socket", path.string())};
}

}  // namespace

fs::path socket_of(const fs::path& database) {
    return database.string() + ".admin";
}

Result<std::unique_ptr<transport::Listener>> listen_at(const fs::path& path, uid_t own, OnRefused refused) {
    Descriptor folder{::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (folder.get() < 0) return trouble(path, "its folder");
    const auto fit = check_place(folder.get(), path);
    if (!fit) return fit.error();
    Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (socket.get() < 0) return trouble(path, "socket");
    // The mode of the name to be, whatever the umask says: there is no moment in which it is open to others.
    if (::fchmod(socket.get(), 0600) != 0) return trouble(path, "mode");
    const std::string draft = unnamed();
    ::unlinkat(folder.get(), draft.c_str(), 0);
    const auto address = address_of(folder.get(), draft.c_str());
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket.get(), backlog) != 0) {
        return trouble(path, "listen");
    }
    if (::fchmodat(folder.get(), draft.c_str(), 0600, 0) != 0 ||
        ::renameat(folder.get(), draft.c_str(), folder.get(), path.filename().c_str()) != 0) {
        const int why = errno;
        ::unlinkat(folder.get(), draft.c_str(), 0);
        return trouble(path, "name", why);
    }
    return std::unique_ptr<transport::Listener>{
        new UnixListener(path, std::move(folder), std::move(socket), own, std::move(refused))};
}

Result<std::unique_ptr<transport::Stream>> connect_to(const fs::path& path) {
    const auto not_running = [&path](int number) {
        return Error{Errc::cannot_connect,
                     fmt::format("no server runs on this database ({}: {})", path.string(),
                                 std::generic_category().message(number))};
    };
    const Descriptor name{::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
    struct stat found {};
    if (name.get() < 0 || ::fstat(name.get(), &found) != 0) {
        return errno == ENOENT || errno == ENOTDIR ? not_running(errno) : trouble(path, "look at");
    }
    if (!S_ISSOCK(found.st_mode)) {
        return Error{Errc::local_io, fmt::format("{} is no socket", path.string())};
    }
    if (!may_ask(::geteuid(), found.st_uid)) {
        return Error{Errc::local_io, "only the user that the server runs as may ask it, and root"};
    }
    Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (socket.get() < 0) return trouble(path, "socket");
    const auto address = address_of(name.get(), nullptr);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (errno == ECONNREFUSED || errno == ENOENT) return not_running(errno);
        if (errno == EAGAIN) return Error{Errc::busy, "too many ask the server already"};
        return trouble(path, "connect");
    }
    const auto peer = peer_of(socket.get());
    if (!peer || peer->uid != found.st_uid) {
        return Error{Errc::local_io, fmt::format("{} is not the server's own", path.string())};
    }
    return std::unique_ptr<transport::Stream>{new UnixStream(socket.release(), peer->uid)};
}

}  // namespace p2pc::admin
