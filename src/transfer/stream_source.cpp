#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "transfer/file_descriptor.hpp"
#include "transfer/source.hpp"
#include "transfer/stop_signal.hpp"

namespace p2pc::transfer {
namespace {

class StreamSource final : public Source {
  public:
    StreamSource(int fd, std::string label, std::string name)
        : fd_(fd), label_(std::move(label)), name_(std::move(name)) {}

    const std::string& label() const noexcept override { return label_; }

    Result<Entry> open() override {
        if (::fcntl(fd_, F_GETFD) < 0) return io_error("cannot read " + label_, errno);
        return Entry::stream(name_);
    }

    // One read: what a slow writer has said must not wait for what it has not.
    Result<std::size_t> read(std::span<std::byte> into) override {
        while (true) {
            if (auto ready = stop_.wait(fd_, POLLIN); !ready) return ready.error();
            const auto got = ::read(fd_, into.data(), into.size());
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR && errno != EAGAIN) return io_error("cannot read " + label_, errno);
        }
    }

    void stop() noexcept override { stop_.stop(); }

  private:
    int fd_;
    std::string label_;
    std::string name_;
    StopSignal stop_;
};

}  // namespace

std::unique_ptr<Source> make_stream_source(int fd, std::string label, std::string name) {
    return std::make_unique<StreamSource>(fd, std::move(label), std::move(name));
}

}  // namespace p2pc::transfer
