#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "transfer/file_descriptor.hpp"
#include "transfer/output.hpp"
#include "transfer/stop_signal.hpp"

namespace p2pc::transfer {
namespace {

// A descriptor written without ever being stuck in write(), so that stop() always works. For a pipe that
// takes a description of our own: O_NONBLOCK on the one we were given would hit whoever shares it.
class PipeWriter {
  public:
    explicit PipeWriter(int fd) : fd_(fd) {
        struct stat found {};
        if (::fstat(fd, &found) != 0) return;
        if (S_ISFIFO(found.st_mode)) {
            own_ = FileDescriptor{
                ::open(fmt::format("/proc/self/fd/{}", fd).c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)};
        }
        // poll() promises that PIPE_BUF bytes do not block; where writes cannot block anyhow, more is better.
        if (own_ || S_ISREG(found.st_mode)) most_ = 128 * 1024;
    }

    Status write(BytesView bytes, const StopSignal& stop) {
        const int fd = own_ ? own_.get() : fd_;
        while (!bytes.empty()) {
            if (auto ready = stop.wait(fd, POLLOUT); !ready) return ready;
            const auto done = ::write(fd, bytes.data(), std::min(bytes.size(), most_));
            if (done < 0 && errno != EINTR && errno != EAGAIN) return io_error("cannot write", errno);
            if (done > 0) bytes = bytes.subspan(static_cast<std::size_t>(done));
        }
        return {};
    }

  private:
    int fd_;
    FileDescriptor own_;
    std::size_t most_ = PIPE_BUF;
};

class StreamSink final : public Sink {
  public:
    StreamSink(PipeWriter& writer, const StopSignal& stop) : writer_(writer), stop_(stop) {}

    Status append(BytesView bytes) override { return writer_.write(bytes, stop_); }

    Result<std::optional<std::string>> commit(const Entry&) override { return std::optional<std::string>{}; }

  private:
    PipeWriter& writer_;
    const StopSignal& stop_;
};

class StreamOutput final : public Output {
  public:
    explicit StreamOutput(int fd) : fd_(fd), writer_(fd) {}

    Result<std::unique_ptr<Sink>> begin(const Entry& entry, const KeyOf&) override {
        if (auto allowed = check_component(entry.name()); !allowed) return allowed.error();
        if (used_) return Error{Errc::refused, "only one file is taken here"};
        if (::fcntl(fd_, F_GETFD) < 0) return io_error("cannot write to standard output", errno);
        used_ = true;
        return std::unique_ptr<Sink>{std::make_unique<StreamSink>(writer_, stop_)};
    }

    bool keeps() const noexcept override { return false; }
    void stop() noexcept override { stop_.stop(); }

  private:
    int fd_;
    StopSignal stop_;
    PipeWriter writer_;
    bool used_ = false;
};

}  // namespace

std::unique_ptr<Output> make_stream_output(int fd) {
    return std::make_unique<StreamOutput>(fd);
}

}  // namespace p2pc::transfer
