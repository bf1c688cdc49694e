#include "terminal/signal_watch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "terminal/raw_mode.hpp"

namespace p2pc::terminal {
namespace {

std::atomic<int> first_signal{0};
std::atomic<int> wake_fd{-1};

void on_signal(int number) {
    const int kept_errno = errno;
    restore_all();
    int none = 0;
    first_signal.compare_exchange_strong(none, number);
    const char byte = 0;
    [[maybe_unused]] const auto written = ::write(wake_fd.load(), &byte, 1);
    errno = kept_errno;
}

}  // namespace

SignalWatch::SignalWatch() {
    first_signal = 0;
    if (::pipe2(pipe_.data(), O_CLOEXEC | O_NONBLOCK) != 0) pipe_ = {-1, -1};
    wake_fd = pipe_[1];
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < signals.size(); ++i) {
        ::sigaction(signals[i], nullptr, &before_[i]);
        if (before_[i].sa_handler != SIG_IGN) ::sigaction(signals[i], &action, nullptr);
    }
}

SignalWatch::~SignalWatch() {
    for (std::size_t i = 0; i < signals.size(); ++i)
        ::sigaction(signals[i], &before_[i], nullptr);
    wake_fd = -1;
    for (int fd : pipe_) {
        if (fd != -1) ::close(fd);
    }
}

int SignalWatch::caught() const noexcept {
    return first_signal.load();
}

}  // namespace p2pc::terminal
