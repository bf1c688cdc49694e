#include "peer/spares.hpp"

namespace p2pc::peer {
namespace {

// Two round trips: a path that takes no longer carries everything soon enough over one connection.
constexpr Duration short_dial = std::chrono::milliseconds{20};

}  // namespace

struct Spares::State {
    State(rendezvous::Dialer& d, std::size_t n) : dialer(d), dialling(n), ready(d.loop(), n) {}

    static asio::awaitable<void> dial(std::shared_ptr<State> s, model::Endpoint to, Deadline by) {
        const Instant began = s->dialer.loop().now();
        auto dialled = co_await s->dialer.dial_candidate(std::move(to), by);
        const bool is_far = s->dialer.loop().now() - began > short_dial;
        if (dialled && is_far) {
            [[maybe_unused]] const bool kept = s->ready.push(std::move(*dialled).take());
        }
        if (--s->dialling == 0) s->ready.close();
    }

    rendezvous::Dialer& dialer;
    std::size_t dialling;
    io::Queue<std::unique_ptr<io::Connection>> ready;
};

Spares::Spares(rendezvous::Dialer& dialer, model::Endpoint to, std::size_t count, Deadline by)
    : state_(std::make_shared<State>(dialer, count)),
      tasks_(dialer.loop(), [](std::string_view, std::exception_ptr) {}) {
    for (std::size_t n = 0; n < count; ++n)
        tasks_.spawn("a spare connection", State::dial(state_, to, by));
}

Spares::~Spares() = default;

asio::awaitable<Result<std::unique_ptr<io::Connection>>> Spares::next(Deadline by) {
    const auto state = state_;
    auto ready = co_await state->ready.pop(by);
    co_return ready;
}

void Spares::drop() {
    state_->ready.close();
    while (state_->ready.try_pop()) {
    }
    tasks_.stop();
}

std::size_t Spares::count() const noexcept {
    return state_->dialling + state_->ready.size();
}

}  // namespace p2pc::peer
