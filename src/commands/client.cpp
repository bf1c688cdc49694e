#include "commands/client.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "commands/exit_codes.hpp"
#include "rendezvous/online.hpp"

namespace p2pc::commands {
namespace {

constexpr std::size_t most_reports_at_once = 16;

// Whether the server the user named is the login's: by its key where one was named, else by its URL.
Result<home::Login> at_named_server(home::Login login, const std::optional<model::ServerUrl>& named) {
    if (!named) return login;
    const bool same =
        named->key() ? *named->key() == login.founding_key() : named->text() == login.server().text();
    if (!same) {
        return Error{Errc::not_logged_in, fmt::format("this home is logged in at {}, not at {}",
                                                      login.server().text(), named->text())};
    }
    // The same server may have moved.
    return home::Login::make(*named, login.founding_key(), login.user(), login.account_key(),
                             login.device().id, login.signed_list());
}

}  // namespace

Result<std::unique_ptr<Client>> Client::load(Context& context) {
    const auto& paths = context.services.home();
    const auto made = paths.make();
    if (!made) return made.error();
    home::LoginStore store{paths};
    auto loaded = store.load();
    if (!loaded) return loaded.error();
    auto login = at_named_server(std::move(*loaded), context.globals.server);
    if (!login) return login.error();
    auto key = store.device_key(*login);
    if (!key) return key.error();
    peer::Self self{std::move(*login), std::move(*key)};
    return std::unique_ptr<Client>(new Client(context, std::move(store), std::move(self)));
}

Client::Client(Context& context, home::LoginStore store, peer::Self self)
    : context_(context),
      store_(std::move(store)),
      pins_(context.services.home()),
      reports_(context.services.home()),
      self_(std::move(self)) {}

void Client::add_reports(std::vector<rendezvous::ClientMessage>& requests) {
    first_sent_ = requests.size() + 1;
    sent_.clear();
    // A damaged file of reports must not keep anybody from working: `sessions` says what the server knows.
    const auto waiting = reports_.pending();
    if (!waiting) return context_.out.notice(describe(waiting.error()));
    for (const auto& report : *waiting) {
        if (sent_.size() == most_reports_at_once) break;
        if (report.device != login().device().id) continue;
        requests.push_back(rendezvous::report_request(report));
        sent_.push_back(report);
    }
}

asio::awaitable<Result<rendezvous::SignedIn>> Client::sign_in(std::vector<rendezvous::ClientMessage> first,
                                                              Deadline by) {
    add_reports(first);
    auto in = co_await rendezvous::sign_in_device(context_.services.sign_in(), login(), self_.device_key(),
                                                  std::move(first), by);
    if (!in) co_return from_server(in.error());
    const auto fits = welcomed(in->welcome);
    if (!fits) co_return fits.error();
    co_return in;
}

asio::awaitable<void> Client::finish(rendezvous::SignedIn& in, Deadline by) {
    for (std::size_t i = 0; i < sent_.size(); ++i) {
        auto reply = co_await in.link->reply_ahead(first_sent_ + i, by);
        const bool settled =
            reply || reply.error().code() == Errc::refused || reply.error().code() == Errc::not_found;
        if (!settled) break;
        const auto removed = reports_.remove(sent_[i].session, sent_[i].device);
        if (!removed) context_.out.notice(describe(removed.error()));
    }
    sent_.clear();
    co_await in.link->finish(by);
}

Status Client::welcomed(const wire::pb::Welcome& welcome) {
    tell_failed_attempts(context_.out, rendezvous::failed_attempts(welcome));
    const auto list = as_bytes(welcome.device_list());
    if (list.empty() || as_text(login().signed_list()) == welcome.device_list()) return {};
    auto known = identity::DeviceList::parse_and_verify(list, login().account_key(), login().user(),
                                                        login().founding_key());
    if (!known) return known.error();
    if (known->serial() <= login().list().serial()) return {};
    auto newer =
        home::Login::make(login().server(), login().founding_key(), login().user(), login().account_key(),
                          login().device().id, Bytes{list.begin(), list.end()});
    if (!newer) return newer.error();
    const auto saved = store_.save_list(Bytes{list.begin(), list.end()});
    if (!saved) return saved.error();
    self_ = peer::Self{std::move(*newer), crypto::SigningKey{self_.device_key().seed()}};
    return {};
}

Result<identity::Trust> Client::trust_of(const model::UserName& user,
                                         const model::PublicKey& account_key) const {
    if (user == login().user()) {
        return account_key == login().account_key() ? identity::Trust::verified : identity::Trust::changed;
    }
    const auto pin = pins_.find(login().founding_key(), user);
    if (!pin) return pin.error();
    return identity::trust_in(*pin, account_key);
}

void tell_failed_attempts(Output& out, const rendezvous::FailedAttempts& failed) {
    if (failed.count == 0) return;
    auto text = failed.count == 1
                    ? std::string{"a wrong password was tried on this account since you were last told"}
                    : fmt::format("{} wrong passwords were tried on this account since you were last told",
                                  failed.count);
    if (failed.last)
        text += (failed.count == 1 ? ", at " : ", the last at ") + base::local_text(*failed.last);
    out.notice(text);
}

}  // namespace p2pc::commands
