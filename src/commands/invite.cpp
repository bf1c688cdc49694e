#include "commands/invite.hpp"

#include <fmt/format.h>

#include <array>

#include "commands/client.hpp"
#include "commands/exit_codes.hpp"
#include "commands/peer_flags.hpp"
#include "commands/people.hpp"
#include "commands/trust_output.hpp"
#include "commands/words.hpp"
#include "peer/invite_host.hpp"

namespace p2pc::commands {
namespace {

constexpr Duration goodbye_time = std::chrono::seconds{5};

constexpr std::array flags{
    Flag{"wait", 0, Takes::value, "DURATION", "how long the code may be typed (default, and at most, 10m)"},
    listen_flag,
    allow_private_flag,
};

// Waits with one code.
class Inviting final : public rendezvous::OnlineObserver {
  public:
    Inviting(Context& context, Client& client, const InviteOptions& options)
        : context_(context),
          client_(client),
          options_(options),
          code_(identity::InviteCode::draw(context.services.random())),
          online_(context.services.sign_in(), client.login(), client.self().device_key(), client.reports(),
                  *this),
          calls_(context.services.sign_in(), client.self(), client.pins(), online_, options.private_ranges),
          host_(context.services.loop(), context.services.random(), client.self(), client.pins(), online_,
                calls_, code_, rules()) {}

    asio::awaitable<int> run() {
        calls_.set_pinning(peer::Calls::Pinning::later);
        const auto listened = listen(calls_, options_.listen, client_.login());
        if (!listened) co_return context_.fail(listened.error());
        online_.announce(wire::pb::PROGRAM_INVITE, [this](transport::Reach server, const std::string& seen) {
            return calls_.endpoints(server, seen);
        });
        auto& signals = context_.services.signals();
        signals.on_stop([this](int) { host_.end(Error{Errc::canceled}); });
        auto welcome = co_await online_.start(context_.soon());
        if (!welcome) {
            signals.on_stop(nullptr);
            co_return context_.fail(from_server(welcome.error()));
        }
        show();
        const Deadline until = context_.services.now() + options_.wait;
        auto met = co_await host_.run(until);
        co_await online_.stop(context_.services.now() + goodbye_time);
        signals.on_stop(nullptr);
        if (signals.caught() != 0) co_return exit_code::interrupted;
        if (!met) co_return context_.fail(met.error(), hint(met.error().code()));
        print_change(context_.out, PinRecord{*met}, "proved");
        co_return exit_code::done;
    }

  private:
    void incoming_call(const wire::pb::IncomingCall& call) override { host_.incoming_call(call); }
    Status welcomed(const wire::pb::Welcome& welcome) override { return client_.welcomed(welcome); }
    void server_lost() override { tell(ServerChange::lost, "the server is away; trying again"); }
    void server_back() override { tell(ServerChange::back, "the server is back"); }
    void ended(const Error& why) override { host_.end(from_server(why)); }

    peer::InviteRules rules() {
        peer::InviteRules rules;
        rules.only = options_.user;
        rules.notice = [this](const std::string& text) { context_.out.notice(text); };
        return rules;
    }

    void tell(ServerChange change, std::string_view words) {
        if (context_.out.json()) return context_.out.record(line_of(change, context_.out.now()));
        context_.out.notice(words);
    }

    // The code is seen by whoever reads stdout, and by nobody else.
    void show() {
        auto& out = context_.out;
        InviteRecord record;
        record.code = out.json() ? code_.together() : code_.spoken();
        record.expires = out.now() + std::chrono::duration_cast<std::chrono::milliseconds>(options_.wait);
        if (options_.user) record.user = options_.user->text();
        if (out.json()) {
            out.record(line_of(record, out.now()));
        } else {
            out.line(record.code);
        }
        crypto::wipe(record.code);
        out.notice(fmt::format("say it to {}, who types it after: p2pc trust verify {} --code",
                               options_.user ? options_.user->text() : "the other",
                               client_.login().user().text()));
    }

    static std::string_view hint(Errc code) {
        return code == Errc::peer_offline ? "p2pc invite makes another code" : "";
    }

    Context& context_;
    Client& client_;
    const InviteOptions& options_;
    identity::InviteCode code_;
    rendezvous::Online online_;
    peer::Calls calls_;
    peer::InviteHost host_;
};

// Whoever is pinned with another key than the server shows is not invited.
Status check_shown(Context& context, Client& client, const model::UserName& user) {
    const auto shown = context.wait(look_up(client, user, context.soon()));
    if (!shown) return shown.error();
    const auto record = user_record(client, *shown);
    if (!record) return from_server(record.error());
    if (record->trust != identity::Trust::changed) return {};
    return identity::admit(identity::Verdict::changed, user);
}

}  // namespace

std::span<const Flag> invite_flags() {
    return flags;
}

Result<InviteOptions> parse_invite(const Given& given) {
    auto user = at_most_one<model::UserName>(given);
    if (!user) return user.error();
    InviteOptions options;
    options.user = std::move(*user);
    const auto wait = given.duration("wait");
    if (!wait) return wait.error();
    if (*wait) options.wait = **wait;
    if (options.wait <= Duration::zero()) return given.bad("wait", "must be more than nothing");
    if (options.wait > longest_invite) return given.bad("wait", "a code lasts 10 minutes at most");
    const auto common = parse_peer_flags(given);
    if (!common) return common.error();
    options.listen = common->listen;
    options.private_ranges = common->private_ranges;
    return options;
}

int run_invite(Context& context, const InviteOptions& options) {
    auto client = Client::load(context);
    if (!client) return context.fail(client.error());
    if (options.user && *options.user == (*client)->login().user()) {
        return context.fail(Error{Errc::usage, fmt::format("'{}' is you", options.user->text())});
    }
    if (options.user) {
        const auto shown = check_shown(context, **client, *options.user);
        if (!shown) return context.fail(shown.error());
    }
    Inviting inviting{context, **client, options};
    return context.run(inviting.run());
}

}  // namespace p2pc::commands
