#include "rendezvous/server_link.hpp"

#include <map>

#include "channel/handshake.hpp"
#include "io/event.hpp"
#include "io/task_group.hpp"

namespace p2pc::rendezvous {

struct ServerLink::Core {
    Core(io::Loop& l, std::unique_ptr<channel::Channel> c, transport::Reach r)
        : loop(l),
          channel(std::move(c)),
          events(l, 1024),
          reach(r),
          tasks(l, [this](std::string_view, std::exception_ptr) {
              end(Error{Errc::internal, "reading failed"});
          }) {}

    struct Pending {
        explicit Pending(io::Loop& loop) : done(loop) {}
        io::Event done;
        ServerMessage reply;
    };

    void end(Error why) {
        if (ended) return;
        ended = std::move(why);
        for (auto& [id, pending] : waiting)
            pending->done.set();
        events.close();
    }
    void take(ServerMessage message);
    static asio::awaitable<void> read(std::shared_ptr<Core> core);
    static asio::awaitable<Result<ServerMessage>> reply(std::shared_ptr<Core> core, std::uint64_t id,
                                                        Deadline by);

    io::Loop& loop;
    std::unique_ptr<channel::Channel> channel;
    io::Queue<ServerMessage> events;
    transport::Reach reach;
    std::map<std::uint64_t, std::shared_ptr<Pending>> waiting;
    std::uint64_t last_id = 0;
    std::optional<Error> ended;
    io::TaskGroup tasks;
};

void ServerLink::Core::take(ServerMessage message) {
    if (message.reply_to() == 0) {
        // A server that floods is cut off rather than buffered without end.
        if (!events.push(std::move(message))) end(Error{Errc::limit, "too many events"});
        return;
    }
    const auto found = waiting.find(message.reply_to());
    // Nobody's, or whole already and about to be fetched.
    if (found == waiting.end() || found->second->done.is_set()) return;
    const bool more = (message.has_users() && message.users().more()) ||
                      (message.has_sessions() && message.sessions().more());
    found->second->reply.MergeFrom(message);
    if (found->second->reply.ByteSizeLong() > std::size_t{64} * 1024 * 1024)
        return end(Error{Errc::limit, "reply too long"});
    if (!more) found->second->done.set();
}

asio::awaitable<void> ServerLink::Core::read(std::shared_ptr<Core> core) {
    while (!core->ended) {
        auto frame = co_await core->channel->read(never);
        if (!frame) {
            const auto code = frame.error().code();
            core->end(code == Errc::closed ? Error{Errc::interrupted, "the server closed the connection"}
                                           : frame.error());
            break;
        }
        if (frame->type() == wire::FrameType::refuse) {
            core->end(channel::refusal_error(*frame));
            break;
        }
        auto message = wire::parse_server(frame->body());
        if (!message) {
            core->end(message.error());
            break;
        }
        core->take(std::move(*message));
    }
    core->channel->abort();
}

asio::awaitable<Result<ServerMessage>> ServerLink::Core::reply(std::shared_ptr<Core> core, std::uint64_t id,
                                                               Deadline by) {
    const auto found = core->waiting.find(id);
    if (found == core->waiting.end()) co_return Error{Errc::internal, "no such request"};
    const auto pending = found->second;
    auto done = co_await pending->done.wait(by);
    core->waiting.erase(id);
    if (!done) co_return done.error();
    if (pending->reply.body_case() == ServerMessage::BODY_NOT_SET) {
        co_return core->ended ? *core->ended : Error{Errc::unsupported, "the server's reply is unknown here"};
    }
    if (pending->reply.has_failure()) {
        const auto& failure = pending->reply.failure();
        const auto seconds = failure.retry_after_ms() / 1000;
        co_return Error{wire::code_from(failure.code()),
                        seconds > 0 ? fmt::format("try again in {} s", seconds) : ""};
    }
    co_return std::move(pending->reply);
}

ServerLink::ServerLink(io::Loop& loop, std::unique_ptr<channel::Channel> channel, std::size_t sent_ahead,
                       transport::Reach reach)
    : core_(std::make_shared<Core>(loop, std::move(channel), reach)) {
    for (; core_->last_id < sent_ahead;) {
        core_->waiting.emplace(++core_->last_id, std::make_shared<Core::Pending>(loop));
    }
    core_->tasks.spawn("server link reader", Core::read(core_));
}

ServerLink::~ServerLink() {
    core_->end(Error{Errc::canceled});
    core_->channel->abort();
}

asio::awaitable<Result<ServerMessage>> ServerLink::ask(ClientMessage request, Deadline by) {
    const auto core = core_;
    if (core->ended) co_return *core->ended;
    const auto id = ++core->last_id;
    request.set_id(id);
    core->waiting.emplace(id, std::make_shared<Core::Pending>(core->loop));
    auto sent = core->channel->send(wire::frame(request));
    if (!sent) {
        core->waiting.erase(id);
        co_return sent.error();
    }
    auto answer = co_await Core::reply(core, id, by);
    co_return answer;
}

Status ServerLink::say(ClientMessage request) {
    if (core_->ended) return *core_->ended;
    request.set_id(++core_->last_id);
    return core_->channel->send(wire::frame(request));
}

asio::awaitable<Result<ServerMessage>> ServerLink::reply_ahead(std::uint64_t number, Deadline by) {
    return Core::reply(core_, number, by);
}

asio::awaitable<Result<ServerMessage>> ServerLink::next_event(Deadline by) {
    const auto core = core_;
    auto event = co_await core->events.pop(by);
    if (!event && event.error().code() == Errc::closed && core->ended) co_return *core->ended;
    co_return event;
}

bool ServerLink::up() const noexcept {
    return !core_->ended;
}
transport::Reach ServerLink::reach() const noexcept {
    return core_->reach;
}

asio::awaitable<void> ServerLink::finish(Deadline by) {
    const auto core = core_;
    auto sent = co_await core->channel->finish(by);
    static_cast<void>(sent);
    core->end(Error{Errc::canceled});
}

}  // namespace p2pc::rendezvous
