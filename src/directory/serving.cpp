#include "directory/serving.hpp"

#include "directory/client_link.hpp"
#include "directory/client_session.hpp"
#include "directory/login.hpp"

namespace p2pc::directory {
namespace {

constexpr Duration sweep_time = std::chrono::seconds{5};
constexpr Duration save_time = std::chrono::minutes{1};
constexpr Duration prune_time = std::chrono::hours{1};

// Strangers could fill a disk with lines about themselves.
void log_stranger(Directory& directory, std::string_view what, const ClientLink& link, const Error& why) {
    if (!directory.stranger_lines.take(directory.loop.now())) return;
    directory.log.info(
        what, {{"from", link.address()}, {"code", public_sentence(why.code())}, {"detail", why.detail()}});
}

bool plain_refused(const Directory& directory, transport::Transport& transport, transport::Stream& stream) {
    if (transport.bound() || directory.options.plain == PlainBeyondLoopback::allowed) return false;
    return transport.reach(stream.remote()) != transport::Reach::loopback;
}

// Room for one more, made by cutting a stranger where it must be.
bool admit(Directory& directory, InstanceId id, const std::string& source) {
    auto room = directory.connections.add(id, source);
    if (!room) return false;
    if (room->has_value()) {
        if (ClientLink* victim = directory.link(**room)) victim->cut("made room");
    }
    return true;
}

template <class Job>
void write(Directory& directory, std::string_view what, Job job) {
    directory.store.run(std::move(job), [&log = directory.log, what](const Status& done) {
        if (!done) log.error("not written", {{"what", what}, {"error", describe(done.error())}});
    });
}

}  // namespace

asio::awaitable<void> accept_clients(std::shared_ptr<Directory> directory,
                                     std::shared_ptr<io::Acceptor> acceptor,
                                     transport::Transport* transport) {
    for (;;) {
        auto stream = co_await acceptor->accept();
        if (!stream) {
            const bool ended =
                stream.error().code() == Errc::closed || stream.error().code() == Errc::canceled;
            if (!ended) directory->log.error("not accepting", {{"error", describe(stream.error())}});
            co_return;
        }
        if (plain_refused(*directory, *transport, **stream)) {
            if (directory->stranger_lines.take(directory->loop.now())) {
                directory->log.info("plain transport refused", {{"from", (*stream)->remote().printable()}});
            }
            continue;
        }
        const InstanceId id = directory->next_instance();
        directory->tasks.spawn("client", serve_client(directory, std::move(*stream), id));
    }
}

asio::awaitable<void> serve_client(std::shared_ptr<Directory> directory,
                                   std::unique_ptr<transport::Stream> stream, InstanceId id) {
    const Deadline by = directory->loop.now() + directory->options.limits.login_time;
    ClientLink link(directory, id, std::string{stream->remote().printable()});
    if (!admit(*directory, id, link.source())) {
        const Error full{Errc::too_many_connections};
        log_stranger(*directory, "turned away", link, full);
        co_return;
    }
    auto connection = std::make_unique<io::Connection>(directory->loop, std::move(stream));
    channel::Accepting accepting(directory->loop, std::move(connection), directory->random);
    link.opening(accepting.channel());

    Login login(*directory, link, accepting, by);
    auto who = co_await login.run();
    if (!who) {
        log_stranger(*directory, "not logged in", link, who.error());
        co_return;
    }
    const std::string user = who->user.text();
    const std::string device = who->device_name.text();
    directory->log.info("logged in", {{"user", user}, {"device", device}, {"from", link.address()}});
    ClientSession session(*directory, link, std::move(*who));
    const Error end = co_await session.run();
    const std::string why = link.why().empty() ? describe(end) : link.why();
    directory->log.info("left", {{"user", user}, {"device", device}, {"why", why}});
    // In order on this side too; what a client sent before is answered before its end.
    if (end.code() == Errc::closed) {
        auto ended = co_await link.channel().finish(directory->loop.now() + sweep_time);
        static_cast<void>(ended);
    }
}

asio::awaitable<void> keep_up(std::shared_ptr<Directory> directory) {
    Instant saved = directory->loop.now();
    Instant pruned = saved;
    for (;;) {
        co_await io::sleep_until(directory->loop, directory->loop.now() + sweep_time);
        const Instant now = directory->loop.now();
        directory->sessions.sweep();
        if (now - saved >= save_time) {
            saved = now;
            save_running(*directory);
        }
        if (now - pruned < prune_time) continue;
        pruned = now;
        const WallTime before = directory->loop.clock().wall() - directory->options.log_retention;
        const WallTime now_wall = directory->loop.clock().wall();
        const WallTime unaudited = now_wall - directory->options.audit_retention;
        write(*directory, "prune", [before, unaudited, now_wall](storage::DirectoryStore& store) -> Status {
            for (const auto& count :
                 {store.prune_log(before), store.prune_audit(unaudited), store.prune_tokens(now_wall)}) {
                if (!count) return count.error();
            }
            return {};
        });
    }
}

void save_running(Directory& directory) {
    auto rows = directory.attempts.running_blocks(directory.loop.now());
    const WallTime now = directory.loop.clock().wall();
    write(directory, "alive", [rows = std::move(rows), now](storage::DirectoryStore& store) -> Status {
        auto saved = rows.empty() ? Status{} : store.save_attempts(rows);
        return saved ? store.note_alive(now) : saved;
    });
}

}  // namespace p2pc::directory
