#include "runtime/signals.hpp"

#include <signal.h>

#include "terminal/raw_mode.hpp"

namespace p2pc::runtime {
namespace {

bool ignored(int signal) {
    struct sigaction now {};
    return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

void die_by(int signal) {
    terminal::restore_all();
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    ::sigaction(signal, &action, nullptr);
    ::raise(signal);
}

void Signals::deliver(int signal) {
    // Later, since whoever noticed is in the middle of something.
    loop_.post([this, signal] { handle(signal); });
    if (caught_ == 0) caught_ = signal;
}

void Signals::listen(Handler otherwise) {
    otherwise_ = std::move(otherwise);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        if (!ignored(signal)) set_.add(signal);
    }
    wait();
}

void Signals::on_status(std::function<void()> handler) {
    status_ = std::move(handler);
    if (!ignored(SIGUSR1)) set_.add(SIGUSR1);
}

void Signals::silence() {
    set_.cancel();
    set_.clear();
    otherwise_ = nullptr;
    status_ = nullptr;
}

void Signals::wait() {
    set_.async_wait([this](const asio::error_code& failed, int signal) {
        if (failed) return;
        if (signal == SIGUSR1) {
            wait();
            if (status_) status_();
            return;
        }
        if (caught_ == SIGINT && signal == SIGINT) die_by(SIGINT);
        if (caught_ == 0) caught_ = signal;
        wait();
        handle(signal);
    });
}

void Signals::handle(int signal) {
    const Handler act = handler_ ? handler_ : otherwise_;
    if (act) act(signal);
}

}  // namespace p2pc::runtime
