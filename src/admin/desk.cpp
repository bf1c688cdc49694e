#include "admin/desk.hpp"

#include "admin/conversation.hpp"
#include "admin/message.hpp"
#include "admin/unix_stream.hpp"
#include "channel/channel.hpp"
#include "io/acceptor.hpp"
#include "io/task_group.hpp"

namespace p2pc::admin {
namespace {

using directory::Operator;

// From accept to the whole request.
constexpr Duration request_time = std::chrono::seconds{10};

std::string text_of(const std::exception_ptr& what) {
    try {
        std::rethrow_exception(what);
    } catch (const std::exception& bug) {
        return bug.what();
    } catch (...) {
        return "unknown";
    }
}

}  // namespace

struct Desk::Core {
    // Counted from accept on: a task begins later.
    class Counted {
      public:
        explicit Counted(std::size_t& count) : count_(count) { ++count_; }
        ~Counted() { --count_; }
        Counted(const Counted&) = delete;
        Counted& operator=(const Counted&) = delete;

      private:
        std::size_t& count_;
    };

    Core(io::Loop& on, const base::Log& to, io::Pool& pool, Operator who, CopyDatabase copy,
         std::unique_ptr<transport::Listener> listener)
        : loop(on),
          log(to),
          shared(on, pool, std::move(who), std::move(copy)),
          acceptor(on, std::move(listener)),
          tasks(on, [&to](std::string_view name, const std::exception_ptr& what) {
              to.error("task failed", {{"task", name}, {"error", text_of(what)}});
          }) {}

    static asio::awaitable<void> accept(std::shared_ptr<Core> core);
    static asio::awaitable<void> serve(std::shared_ptr<Core> core, std::unique_ptr<transport::Stream> stream,
                                       std::unique_ptr<Counted> counted);

    io::Loop& loop;
    const base::Log& log;
    Conversation::Shared shared;
    io::Acceptor acceptor;
    std::size_t open = 0;
    io::TaskGroup tasks;
};

asio::awaitable<void> Desk::Core::accept(std::shared_ptr<Core> core) {
    for (;;) {
        auto stream = co_await core->acceptor.accept();
        if (!stream) co_return;
        // One too many is closed without a word: its client says that the server is busy.
        if (core->open >= max_connections) continue;
        auto counted = std::make_unique<Counted>(core->open);
        core->tasks.spawn("admin", serve(core, std::move(*stream), std::move(counted)));
    }
}

asio::awaitable<void> Desk::Core::serve(std::shared_ptr<Core> core, std::unique_ptr<transport::Stream> stream,
                                        std::unique_ptr<Counted> counted) {
    static_cast<void>(counted);
    const uid_t uid = uid_of(stream->remote());
    auto connection = std::make_unique<io::Connection>(core->loop, std::move(stream));
    channel::Channel channel(core->loop, std::move(connection));
    channel.enter(wire::Phase::server_link);
    auto got = co_await channel.read(core->loop.now() + request_time);
    if (!got) co_return;
    Result<pb::Request> request{Errc::malformed};
    if (got->type() == wire::FrameType::control) request = parse_request(got->body());
    if (!request) {
        core->log.info("admin request not understood", {{"uid", uid}});
        co_return;
    }
    Conversation conversation(core->shared, channel, uid);
    auto answered = co_await conversation.answer(std::move(*request));
    if (!answered) {
        core->log.info("admin answer not taken", {{"uid", uid}, {"error", describe(answered.error())}});
        co_return;
    }
    auto ended = co_await channel.finish(core->loop.now() + Conversation::piece_time);
    static_cast<void>(ended);
}

Desk::Desk(io::Loop& loop, const base::Log& log, io::Pool& pool, Operator answers, CopyDatabase copy,
           std::unique_ptr<transport::Listener> listener)
    : core_(
          std::make_shared<Core>(loop, log, pool, std::move(answers), std::move(copy), std::move(listener))) {
    core_->tasks.spawn("admin accept", Core::accept(core_));
}

Desk::~Desk() {
    core_->acceptor.close();
    core_->shared.stopping = true;
    core_->tasks.stop();
}

asio::awaitable<void> Desk::close() {
    return close(core_);
}

asio::awaitable<void> Desk::close(std::shared_ptr<Core> core) {
    core->acceptor.close();
    core->shared.stopping = true;
    core->tasks.stop();
    co_await core->tasks.join();
}

}  // namespace p2pc::admin
