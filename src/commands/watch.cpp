#include <map>

#include "commands/exit_codes.hpp"
#include "commands/people.hpp"
#include "io/event.hpp"
#include "rendezvous/online.hpp"
#include "terminal/table.hpp"

namespace p2pc::commands {
namespace {

// What is known of everybody, printing what differs.
class Watcher final : public rendezvous::OnlineObserver {
  public:
    Watcher(Context& context, const Client& client)
        : context_(context), client_(client), ended_(context.services.loop()) {}

    void users_changed(const wire::pb::Users& users) override {
        const bool whole_list = std::exchange(list_due_, false);
        std::map<std::string, UserRecord> seen;
        for (const auto& user : users.users()) {
            auto record = user_record(client_, user);
            if (!record) return end(from_server(record.error()));
            auto name = record->name;
            seen.insert_or_assign(std::move(name), std::move(*record));
        }
        if (whole_list) {
            // Who is not in it went while nobody could tell.
            for (const auto& [name, record] : known_) {
                if (!record.online || seen.contains(name)) continue;
                UserRecord gone = record;
                gone.online = false;
                gone.since.reset();
                gone.devices.clear();
                seen.emplace(name, std::move(gone));
            }
        }
        for (auto& [name, record] : seen)
            show(name, std::move(record));
    }

    void server_lost() override {
        list_due_ = true;
        tell(ServerChange::lost, "the server is lost; trying again");
    }
    void server_back() override { tell(ServerChange::back, "the server is back"); }
    void ended(const Error& why) override { end(from_server(why)); }

    io::Event& done() noexcept { return ended_; }
    const std::optional<Error>& why() const noexcept { return why_; }

  private:
    void end(Error why) {
        if (!why_) why_ = std::move(why);
        ended_.set();
    }

    void tell(ServerChange change, std::string_view words) {
        if (context_.out.json()) return context_.out.record(line_of(change, context_.out.now()));
        context_.out.notice(words);
    }

    void show(const std::string& name, UserRecord record) {
        // One fixed time, so that equal records are equal lines.
        const auto before = known_.find(name);
        if (before != known_.end() && line_of(before->second, WallTime{}) == line_of(record, WallTime{}))
            return;
        if (context_.out.json()) {
            context_.out.record(line_of(record, context_.out.now()));
        } else {
            terminal::Table row{std::vector(4, terminal::Table::Align::left)};
            row.add(cells_of(record));
            context_.out.text(row.str());
        }
        known_.insert_or_assign(name, std::move(record));
    }

    Context& context_;
    const Client& client_;
    io::Event ended_;
    std::optional<Error> why_;
    std::map<std::string, UserRecord> known_;
    bool list_due_ = true;
};

}  // namespace

asio::awaitable<int> watch_users(Context& context, Client& client, ListOptions options) {
    Watcher watcher{context, client};
    rendezvous::Online online{context.services.sign_in(), client.login(), client.self().device_key(),
                              client.reports(), watcher};
    online.watch(options.whom == Whom::everybody);
    // A signal is the usual end: the server is told, and the process then dies by it.
    context.services.signals().on_stop([&watcher](int) { watcher.done().set(); });
    auto welcome = co_await online.start(context.soon());
    if (!welcome) co_return context.fail(from_server(welcome.error()));
    const auto fits = client.welcomed(*welcome);
    if (!fits) co_return context.fail(fits.error());
    [[maybe_unused]] const auto woken = co_await watcher.done().wait();
    const Deadline soon = context.services.now() + std::chrono::seconds{1};
    co_await online.stop(soon);
    if (watcher.why()) co_return context.fail(*watcher.why());
    co_return exit_code::done;
}

}  // namespace p2pc::commands
