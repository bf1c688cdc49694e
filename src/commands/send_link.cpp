#include "commands/send_link.hpp"

#include "commands/send_service.hpp"
#include "io/task_group.hpp"

namespace p2pc::commands {
namespace {

constexpr Duration between_tries = std::chrono::seconds{2};
constexpr Duration dial_time = std::chrono::seconds{4};
constexpr Duration call_time = std::chrono::seconds{10};

}  // namespace

SendLink::SendLink(runtime::Services& services, peer::Calls& calls, rendezvous::Online& online,
                   SendReporter& reporter, model::PeerName to)
    : services_(services),
      calls_(calls),
      online_(online),
      reporter_(reporter),
      to_(std::move(to)),
      stopped_(services.loop()) {}

void SendLink::open(std::unique_ptr<peer::Session> session) {
    session_ = std::move(session);
    reporter_.session_opened(*session_);
}

void SendLink::take(std::unique_ptr<channel::Channel> link) {
    auto& before = this->link();
    before.abort();
    if (later_) session_->count(*later_);
    later_ = std::move(link);
}

asio::awaitable<Result<std::unique_ptr<channel::Channel>>> SendLink::dial(Deadline by) {
    auto link = co_await session_->open_bulk(std::min(by, services_.now() + dial_time));
    co_return link;
}

asio::awaitable<Status> SendLink::again(Deadline until) {
    while (!stopped_.is_set() && services_.now() < until) {
        const Instant began = services_.now();
        auto link = co_await dial(until);
        if (link) {
            take(std::move(*link));
            co_return Status{};
        }
        if (stopped_.is_set()) break;
        // The process that had the session may be gone; another one of the same person will do.
        auto called =
            co_await calls_.call(to_, wire::pb::KIND_FILES, std::min(until, services_.now() + call_time));
        if (called) {
            co_await leave(model::EndReason::lost);
            open(std::move(*called));
            co_return Status{};
        }
        if (called.error().code() == Errc::identity) co_return called.error();
        auto stop = co_await stopped_.wait(std::min(until, began + between_tries));
        static_cast<void>(stop);
    }
    if (stopped_.is_set()) co_return Errc::canceled;
    co_return Error{Errc::interrupted, to_.text() + " could not be reached again"};
}

void SendLink::keep(std::vector<std::unique_ptr<channel::Channel>> lanes) {
    for (auto& lane : lanes)
        lanes_.push_back(std::move(lane));
}

home::Report SendLink::ended(model::EndReason reason) {
    if (later_) session_->count(*later_);
    for (const auto& lane : lanes_)
        session_->count(*lane);
    reporter_.session_ended(*session_, reason);
    return session_->report(reason, services_.wall());
}

asio::awaitable<void> SendLink::leave(model::EndReason reason) {
    auto report = ended(reason);
    lanes_.clear();
    later_.reset();
    session_.reset();
    co_await online_.session_ended(std::move(report));
}

asio::awaitable<void> SendLink::end(Goodbye goodbye, Duration patience) {
    if (!link().alive()) {
        co_await leave(model::EndReason::lost);
        co_return;
    }
    const Deadline by = services_.now() + patience;
    auto said = co_await peer::say_close(link(), by);
    // The server hears of it while the other side does.
    auto report = ended(model::EndReason::closed);
    io::TaskGroup telling(services_.loop(), [](std::string_view, std::exception_ptr) {});
    telling.spawn("report", online_.last_session_ended(std::move(report)));
    const bool passes = goodbye == Goodbye::may_pass && online_.is_far();
    if (said && !passes) co_await peer::hear_end(link(), by);
    co_await telling.join();
    lanes_.clear();
    later_.reset();
    session_.reset();
}

void SendLink::stop() {
    stopped_.set();
}

void SendLink::drop() {
    if (session_) link().abort();
}

}  // namespace p2pc::commands
