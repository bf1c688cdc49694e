#include "directory/server.hpp"

#include <set>

#include "directory/client_link.hpp"
#include "directory/directory.hpp"
#include "directory/login.hpp"
#include "directory/serving.hpp"
#include "directory/store_calls.hpp"

namespace p2pc::directory {
namespace {

using storage::DirectoryStore;

using Device = std::pair<model::UserName, model::DeviceId>;

// What a start finds in the store.
struct Memory {
    storage::ServerSecrets secrets;
    std::vector<storage::AttemptRecord> attempts;
    std::vector<storage::SessionRecord> sessions;
    std::set<Device> removed;  // of their ends, those that may not log in any more
};

Result<std::set<Device>> removed_ends(DirectoryStore& store,
                                      const std::vector<storage::SessionRecord>& sessions) {
    std::set<Device> ends;
    for (const auto& session : sessions) {
        ends.emplace(session.caller.user, session.caller.device);
        ends.emplace(session.callee.user, session.callee.device);
    }
    for (auto end = ends.begin(); end != ends.end();) {
        const auto account = store.find_account(end->first);
        if (!account && account.error().code() != Errc::not_found) return account.error();
        const bool stays = account && enabled_device(*account, end->second) != nullptr;
        end = stays ? ends.erase(end) : std::next(end);
    }
    return ends;
}

Result<Memory> load(DirectoryStore& store, const storage::ServerSecrets& if_new, WallTime now,
                    std::chrono::hours retention) {
    auto secrets = store.secrets(if_new);
    if (!secrets) return secrets.error();
    auto alive = store.last_alive();
    if (!alive) return alive.error();
    auto marked = store.mark_all_unconfirmed(alive->value_or(now));
    if (!marked) return marked.error();
    auto pruned = store.prune_log(now - retention);
    if (!pruned) return pruned.error();
    auto attempts = store.load_attempts();
    if (!attempts) return attempts.error();
    auto sessions = store.active_sessions();
    if (!sessions) return sessions.error();
    auto removed = removed_ends(store, *sessions);
    if (!removed) return removed.error();
    auto noted = store.note_alive(now);
    if (!noted) return noted.error();
    Memory memory{*secrets, std::move(*attempts), std::move(*sessions), std::move(*removed)};
    return memory;
}

}  // namespace

// The acceptors belong to the server, not to the Directory: closing them is the first step of its end.
struct Server::Parts {
    Parts(io::Loop& on, storage::StoreQueue& with, const base::Log& to, crypto::Random& from,
          ServerOptions chosen)
        : loop(on), store(with), log(to), random(from), options(chosen) {}
    io::Loop& loop;
    storage::StoreQueue& store;
    const base::Log& log;
    crypto::Random& random;
    ServerOptions options;
    std::shared_ptr<Directory> directory;  // null before start
    std::vector<std::shared_ptr<io::Acceptor>> acceptors;
};

Server::Server(io::Loop& loop, storage::StoreQueue& store, const base::Log& log, crypto::Random& random,
               ServerOptions options)
    : parts_(std::make_shared<Parts>(loop, store, log, random, options)) {}

Server::~Server() {
    if (!parts_->directory) return;
    for (auto& acceptor : parts_->acceptors)
        acceptor->close();
    for (auto& [id, link] : parts_->directory->links)
        link->cut("server ended");
    parts_->directory->tasks.stop();
}

asio::awaitable<Result<model::PublicKey>> Server::start(std::vector<Listening> listeners) {
    return start(parts_, std::move(listeners));
}

asio::awaitable<Result<model::PublicKey>> Server::start(std::shared_ptr<Parts> parts,
                                                        std::vector<Listening> listeners) {
    storage::ServerSecrets if_new{parts->random.array<32>(), parts->random.array<32>()};
    auto job = [if_new, now = parts->loop.clock().wall(), retention = parts->options.log_retention](
                   DirectoryStore& store) { return load(store, if_new, now, retention); };
    auto memory = co_await ask(parts->loop, parts->store, std::move(job));
    if (!memory) co_return memory.error();
    parts->directory = std::make_shared<Directory>(parts->loop, parts->store, parts->log, parts->random,
                                                   parts->options, memory->secrets);
    Directory& directory = *parts->directory;
    directory.attempts.load(memory->attempts, parts->loop.now());
    directory.sessions.restore(memory->sessions);
    for (const auto& [user, device] : memory->removed)
        directory.sessions.removed(user, device);
    directory.tasks.spawn("upkeep", keep_up(parts->directory));
    for (auto& listening : listeners) {
        auto acceptor = std::make_shared<io::Acceptor>(parts->loop, std::move(listening.listener));
        parts->acceptors.push_back(acceptor);
        directory.tasks.spawn("accept", accept_clients(parts->directory, acceptor, listening.transport));
    }
    co_return directory.founding_key;
}

asio::awaitable<void> Server::drain(Deadline by) {
    return drain(parts_, by);
}

asio::awaitable<void> Server::drain(std::shared_ptr<Parts> parts, Deadline by) {
    if (!parts->directory) co_return;
    auto directory = parts->directory;
    for (auto& acceptor : parts->acceptors)
        acceptor->close();
    // Those who were accepted in this very turn come, find it draining in nobody's table, and are cut below.
    std::vector<ClientLink*> links;
    for (auto& [id, link] : directory->links)
        links.push_back(link);
    for (ClientLink* link : links)
        link->end({}, "server ends");
    bool waiting = !directory->links.empty();
    while (waiting) {
        auto ended = co_await directory->link_ended.wait(by);
        waiting = ended.ok() && !directory->links.empty();
    }
    for (auto& [id, link] : directory->links)
        link->cut("server ended");
    directory->tasks.stop();
    co_await directory->tasks.join();
    // The store works in order: what this job sees written, everything before it is.
    save_running(*directory);
    auto job = [](DirectoryStore&) { return Status{}; };
    auto written = co_await ask(parts->loop, parts->store, job);
    if (!written) parts->log.error("not written", {{"error", describe(written.error())}});
}

Operator Server::operated() const {
    return Operator{parts_->directory};
}

ServerCounts Server::counts() const {
    if (!parts_->directory) return {};
    const Directory& directory = *parts_->directory;
    return {directory.connections.size(), directory.presence.size(), directory.sessions.size()};
}

}  // namespace p2pc::directory
