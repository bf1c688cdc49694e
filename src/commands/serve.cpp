#include "commands/serve.hpp"

#include <fmt/ranges.h>
#include <signal.h>
#include <unistd.h>

#include <array>

#include "admin/desk.hpp"
#include "admin/socket.hpp"
#include "commands/exit_codes.hpp"
#include "commands/records.hpp"
#include "directory/server.hpp"
#include "io/event.hpp"
#include "runtime/process.hpp"
#include "storage/sqlite/backup.hpp"
#include "storage/sqlite/open.hpp"
#include "storage/store_thread.hpp"

namespace p2pc::commands {
namespace {

// How long clients have to hear that the server ends.
constexpr Duration drain_time = std::chrono::seconds{5};

class Listeners {
  public:
    std::vector<directory::Listening> open;
    std::vector<std::string> urls;
};

// The text others may dial: a wildcard is no address, this machine at least is one.
std::string dialable(std::string_view scheme, std::string_view bound) {
    for (const std::string_view wildcard : {"[::]:", "0.0.0.0:"}) {
        if (bound.starts_with(wildcard)) {
            return fmt::format("{}://localhost:{}", scheme, bound.substr(wildcard.size()));
        }
    }
    return fmt::format("{}://{}", scheme, bound);
}

Status open_listener(Context& context, const ServeOptions& options, const model::ListenUrl& at,
                     Listeners& out) {
    const auto found = context.services.plugins().find(at.scheme());
    if (!found) return found.error();
    transport::Transport& by = **found;
    const auto parsed = by.parse(at.address(), model::default_port, transport::Names::resolve);
    if (parsed.count == 0) {
        return Error{Errc::usage,
                     fmt::format("cannot listen at {}: {}", at.text(), parsed.failure.text.data())};
    }
    std::vector<transport::Option> chosen;
    const auto handshakes = std::to_string(options.server.limits.handshakes);
    if (options.certificate && by.bound()) {
        chosen.push_back({"cert", *options.certificate});
        chosen.push_back({"key", *options.key});
    }
    // Only what differs is said: another transport may have no such option.
    if (options.server.limits.handshakes != directory::ServerLimits{}.handshakes && by.bound()) {
        chosen.push_back({"handshakes", handshakes});
    }
    transport::ListenOptions listen;
    listen.options = chosen;
    const auto made = by.listen(parsed.addresses[0], listen);
    if (made.object == nullptr) {
        return Error{made.failure.code,
                     fmt::format("cannot listen at {}: {}", at.text(), made.failure.text.data())};
    }
    std::unique_ptr<transport::Listener> listener{made.object};
    out.urls.push_back(dialable(at.scheme(), listener->local().printable()));
    out.open.emplace_back(std::move(listener), by);
    return {};
}

void announce(Output& out, const Listeners& listeners, const model::PublicKey& key) {
    std::vector<std::string> urls;
    for (const auto& url : listeners.urls)
        urls.push_back(fmt::format("{}#{}", url, model::fingerprint(key)));
    if (!out.json()) return out.line(fmt::format("listening on {}", fmt::join(urls, " ")));
    ListeningRecord record;
    record.server = urls.front();
    if (urls.size() > 1) record.endpoints = listeners.urls;
    record.key = key;
    out.record(line_of(record, out.now()));
}

// A server runs without it, too: whoever may not have a socket there has not asked for one.
std::unique_ptr<admin::Desk> open_desk(Context& context, const base::Log& log,
                                       const directory::Server& server,
                                       const std::filesystem::path& database) {
    auto refused = [&log](uid_t who) { log.warning("admin refused", {{"uid", who}}); };
    auto listener = admin::listen_at(admin::socket_of(database), ::geteuid(), std::move(refused));
    if (!listener) {
        log.warning("no admin socket", {{"error", describe(listener.error())}});
        return nullptr;
    }
    auto copy = [database](const std::atomic<bool>& stop) { return storage::copy_database(database, stop); };
    auto& services = context.services;
    return std::make_unique<admin::Desk>(services.loop(), log, services.pool(), server.operated(),
                                         std::move(copy), std::move(*listener));
}

asio::awaitable<int> serve(Context& context, directory::Server& server, const base::Log& log,
                           std::filesystem::path database, Listeners listeners) {
    io::Event ended{context.services.loop()};
    auto& signals = context.services.signals();
    signals.on_stop([&](int) { ended.set(); });
    auto key = co_await server.start(std::move(listeners.open));
    if (!key) co_return context.fail(key.error());
    const auto desk = open_desk(context, log, server, database);
    announce(context.out, listeners, *key);
    [[maybe_unused]] const auto woken = co_await ended.wait();
    if (desk) co_await desk->close();
    co_await server.drain(context.services.now() + drain_time);
    const int signal = signals.caught();
    if (signal == SIGTERM || signal == SIGINT) signals.forgive();
    co_return exit_code::done;
}

}  // namespace

int run_serve(Context& context, const ServeOptions& options) {
    if (runtime::runs_as_root() && !options.allow_root) {
        return context.fail(
            Error{Errc::usage, "serve does not run as root (give it a user of its own, or --allow-root)"});
    }
    auto& services = context.services;
    std::filesystem::path database;
    if (options.database) {
        database = *options.database;
    } else {
        const auto made = services.home().make();
        if (!made) return context.fail(made.error());
        database = services.home().database_file();
    }
    std::error_code ec;
    database = std::filesystem::absolute(database, ec);
    if (ec) return context.fail(Error{Errc::local_io, "no current folder"});
    // A transport that is not there is a matter of arguments, and comes before the database.
    for (const auto& at : options.listen) {
        const auto found = services.plugins().find(at.scheme());
        if (!found) return context.fail(found.error());
    }
    auto opened = storage::open_sqlite_store(database);
    if (!opened) return context.fail(opened.error());
    Listeners listeners;
    for (const auto& at : options.listen) {
        const auto open = open_listener(context, options, at, listeners);
        if (!open) return context.fail(open.error());
    }
    const auto mailbox = services.loop().mailbox();
    storage::StoreThread store{std::move(*opened),
                               [mailbox](std::function<void()> call) { mailbox->post(std::move(call)); }};
    const base::Log log{options.log_level, STDERR_FILENO, services.clock()};
    directory::Server server{services.loop(), store, log, services.random(), options.server};
    return context.run(serve(context, server, log, std::move(database), std::move(listeners)));
}

}  // namespace p2pc::commands
