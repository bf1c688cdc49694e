#include "io/loop.hpp"

#include <asio/post.hpp>
#include <mutex>

#include "io/loop_state.hpp"
#include "io/waiter.hpp"

namespace p2pc::io {
namespace {

thread_local Loop* current_loop = nullptr;

class Running {
  public:
    explicit Running(Loop& loop) : before_(current_loop) { current_loop = &loop; }
    ~Running() { current_loop = before_; }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

  private:
    Loop* before_;
};

}  // namespace

struct Mailbox::State {
    std::mutex mutex;
    asio::io_context* context;  // null: closed
};

Mailbox::Mailbox(asio::io_context& context) : state_(std::make_unique<State>()) {
    state_->context = &context;
}

Mailbox::~Mailbox() = default;

void Mailbox::post(std::function<void()> call) {
    const std::lock_guard lock(state_->mutex);
    if (state_->context) asio::post(*state_->context, std::move(call));
}

void Mailbox::close() {
    const std::lock_guard lock(state_->mutex);
    state_->context = nullptr;
}

Loop::State::State(Loop& owner, Time kind)
    : loop(owner), time(kind), mailbox(std::make_shared<Mailbox>(context)) {}

Loop::State::~State() {
    closing = true;
    mailbox->close();
    for (Link* list : {&waiting, &ready}) {
        while (!list->empty())
            static_cast<Waiter&>(static_cast<InLoop&>(list->front())).abandon();
    }
}

void Loop::State::make_ready(Waiter& waiter) {
    ready.push_back(static_cast<InLoop&>(waiter));
    if (!in_turn) schedule();
}

void Loop::State::schedule() {
    if (scheduled || closing) return;
    scheduled = true;
    asio::post(context, [this] {
        scheduled = false;
        const Turn turn(loop);
    });
}

void Loop::State::drain() {
    Link batch;
    batch.take(ready);
    while (!batch.empty())
        static_cast<Waiter&>(static_cast<InLoop&>(batch.front())).resume();
    in_turn = false;
    if (!ready.empty()) schedule();
}

void Loop::State::arm() {
    if (time == Time::given || closing || timers.empty()) return;
    const Instant next = timers.begin()->first.when();
    if (armed <= next) return;  // it goes off early, finds nothing due and is set again
    armed = next;
    alarm.expires_after(next - loop.now());
    alarm.async_wait([this](const asio::error_code& ec) {
        if (ec) return;
        const Turn turn(loop);
        armed = never;
        loop.run_due();
        arm();
    });
}

Loop::Loop(const base::Clock& clock) : Loop(clock, Time::real) {}

Loop::Loop(const base::Clock& clock, Time time)
    : clock_(clock), state_(std::make_unique<State>(*this, time)) {}

Loop::~Loop() = default;

asio::io_context& Loop::context() noexcept {
    return state_->context;
}

asio::any_io_executor Loop::executor() {
    return state_->context.get_executor();
}

TimerId Loop::at(Instant when, std::function<void()> call) {
    const TimerId id(when, ++state_->timer_count);
    state_->timers.emplace(id, std::move(call));
    state_->arm();
    return id;
}

void Loop::cancel(TimerId timer) {
    if (timer.number() != 0) state_->timers.erase(timer);
}

void Loop::post(std::function<void()> call) {
    state_->mailbox->post(std::move(call));
}

std::shared_ptr<Mailbox> Loop::mailbox() const noexcept {
    return state_->mailbox;
}

void Loop::run() {
    const Running running(*this);
    state_->context.run();
    state_->context.restart();
}

void Loop::stop() {
    state_->context.stop();
}

Loop* Loop::current() noexcept {
    return current_loop;
}

bool Loop::poll_one() {
    const Running running(*this);
    state_->context.restart();
    return state_->context.poll_one() > 0;
}

Instant Loop::next_timer() const {
    return state_->timers.empty() ? never : state_->timers.begin()->first.when();
}

void Loop::run_due() {
    const Running running(*this);
    const Turn turn(*this);
    // A call may register calls that are due as well: those wait for the next time.
    const std::uint64_t last = state_->timer_count;
    const Instant now = clock_.now();
    auto& timers = state_->timers;
    while (!timers.empty() && timers.begin()->first.when() <= now && timers.begin()->first.number() <= last) {
        auto due = timers.extract(timers.begin());
        due.mapped()();
    }
}

}  // namespace p2pc::io
