#include "world.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <p2pc/transport/text.hpp>

#include "support/memory_transport.hpp"

namespace p2pc::io::testing {
namespace {

using transport::IoResult;
using transport::IoStatus;

std::string text_of(const std::exception_ptr& what) {
    try {
        std::rethrow_exception(what);
    } catch (const std::exception& e) {
        return e.what();
    }
}

class SocketStream final : public transport::Stream {
  public:
    explicit SocketStream(int fd) : fd_(fd) {}
    ~SocketStream() override { ::close(fd_); }
    int poll_fd() noexcept override { return fd_; }
    void on_ready(void (*)(void*), void*) noexcept override {}
    std::int64_t deadline_ns() noexcept override { return -1; }
    IoResult step() noexcept override { return {}; }
    IoResult flush() noexcept override { return {}; }
    IoResult try_shutdown() noexcept override {
        ::shutdown(fd_, SHUT_WR);
        return {};
    }
    IoResult try_read(std::byte* into, std::size_t size) noexcept override {
        const auto count = ::recv(fd_, into, size, 0);
        if (count == 0) return {0, IoStatus::eof};
        return moved(count, IoStatus::want_read);
    }
    IoResult try_write(const std::byte* from, std::size_t size) noexcept override {
        return moved(::send(fd_, from, size, MSG_NOSIGNAL), IoStatus::want_write);
    }
    transport::Binding binding() noexcept override { return {}; }
    transport::Address local() noexcept override { return {}; }
    transport::Address remote() noexcept override { return {}; }
    transport::Failure failure() noexcept override {
        return transport::make_failure(Errc::interrupted, "socket failed");
    }
    void hint(transport::Use) noexcept override {}

  private:
    static IoResult moved(ssize_t count, IoStatus want) {
        if (count >= 0) return {static_cast<std::size_t>(count), IoStatus::ok};
        return {0, errno == EAGAIN ? want : IoStatus::error};
    }
    int fd_;
};

}  // namespace

World::World()
    : tasks(loop, [this](std::string_view name, const std::exception_ptr& what) {
          escaped.push_back(std::string(name) + ": " + text_of(what));
      }) {}

void World::run(asio::awaitable<void> body) {
    const std::size_t before = tasks.running();
    tasks.spawn("run", std::move(body));
    CHECK(loop.run_until([&] { return tasks.running() == before; }));
}

std::pair<std::unique_ptr<transport::Stream>, std::unique_ptr<transport::Stream>> socket_pair() {
    int fds[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
    return {std::make_unique<SocketStream>(fds[0]), std::make_unique<SocketStream>(fds[1])};
}

std::pair<std::unique_ptr<transport::Stream>, std::unique_ptr<transport::Stream>> memory_pair(
    p2pc::testing::MemoryNetwork& network) {
    p2pc::testing::MemoryTransport transport(network, "here");
    const auto parsed = transport.parse("here:0", 0, transport::Names::numeric);
    const std::unique_ptr<transport::Listener> listener(transport.listen(parsed.addresses[0], {}).object);
    std::unique_ptr<transport::Stream> near(transport.connect(listener->local(), {}).object);
    std::unique_ptr<transport::Stream> far(listener->try_accept().stream);
    REQUIRE((near && far));
    return {std::move(near), std::move(far)};
}

Bytes pattern(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::byte>((i * 2654435761u) >> 24);
    return bytes;
}

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace p2pc::io::testing
