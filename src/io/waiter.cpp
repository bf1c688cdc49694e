#include "io/waiter.hpp"

#include <cassert>

#include "io/loop_state.hpp"

namespace p2pc::io {

Waiter::~Waiter() {
    loop_.cancel(timer_);
}

asio::awaitable<Wake> Waiter::suspended(Deadline by) {
    by_ = by;
    return suspend();
}

asio::awaitable<Wake> Waiter::next_turn() {
    woken_ = true;
    return suspend();
}

asio::awaitable<Wake> Waiter::suspend() {
    asio::use_awaitable_t<> token;
    return asio::async_initiate<asio::use_awaitable_t<>, void(Wake)>(
        [this](Handler handler) { start(std::move(handler)); }, token);
}

void Waiter::start(Handler handler) {
    slot_ = asio::get_associated_cancellation_slot(handler);
    handler_.emplace(std::move(handler));
    if (woken_) {
        loop_.state_->make_ready(*this);
        return;
    }
    loop_.state_->waiting.push_back(static_cast<InLoop&>(*this));
    if (slot_.is_connected()) slot_.assign([this](asio::cancellation_type) { cancel(); });
    if (by_ != never) timer_ = loop_.at(by_, [this] { wake(Wake::timed_out); });
}

void Waiter::cancel() {
    if (woken_) return;
    if (on_cancel_ && !(*on_cancel_)()) return;
    wake(Wake::canceled);
}

void Waiter::wake(Wake why) {
    InList::unlink();
    if (woken_) return;
    woken_ = true;
    why_ = why;
    loop_.cancel(timer_);
    timer_ = TimerId{};
    if (handler_) loop_.state_->make_ready(*this);
}

void Waiter::resume() {
    assert(handler_);
    InLoop::unlink();
    Handler handler(std::move(*handler_));
    handler_.reset();
    handler(why_);
}

void Waiter::abandon() {
    InLoop::unlink();
    InList::unlink();
    woken_ = true;
    // The slot's signal may outlive the coroutine, and its handler points here.
    if (slot_.is_connected()) slot_.clear();
    if (!handler_) return;
    Handler handler(std::move(*handler_));
    handler_.reset();
}

}  // namespace p2pc::io
