#include <fmt/ranges.h>

#include <algorithm>

#include "base/clock.hpp"
#include "commands/exit_codes.hpp"
#include "commands/people.hpp"
#include "commands/words.hpp"
#include "terminal/table.hpp"

namespace p2pc::commands {
namespace {

// One's own devices that are not online are known too.
void add_own_devices(UserRecord& record, const home::Login& login) {
    for (const auto& device : login.list().devices()) {
        const auto same = [&](const Record::Device& known) { return known.name == device.name.text(); };
        if (std::none_of(record.devices.begin(), record.devices.end(), same)) {
            record.devices.push_back({device.name.text(), {}});
        }
    }
}

void print(Output& out, const UserRecord& user) {
    if (out.json()) return out.record(line_of(user, out.now()));
    terminal::Table table{{terminal::Table::Align::left, terminal::Table::Align::left}};
    table.add({"name", user.name});
    table.add({"online", user.online && user.since ? "since " + base::local_text(*user.since)
                         : user.online             ? "yes"
                                                   : "no"});
    table.add({"fingerprint", user.account_key ? model::fingerprint(*user.account_key) : ""});
    table.add({"trust", std::string{identity::trust_text(user.trust)}});
    for (const auto& device : user.devices) {
        table.add({"device", fmt::format("{} {}", device.name, fmt::join(device.endpoints, " "))});
    }
    out.text(table.str());
}

}  // namespace

asio::awaitable<Result<wire::pb::User>> look_up(Client& client, model::UserName user, Deadline by) {
    std::vector<rendezvous::ClientMessage> first(1);
    first[0].mutable_user_info()->set_user(user.text());
    auto in = co_await client.sign_in(std::move(first), by);
    if (!in) co_return in.error();
    auto reply = co_await in->link->reply_ahead(1, by);
    if (!reply && reply.error().code() == Errc::no_such_user) {
        co_return Error{Errc::no_such_user, fmt::format("'{}'", user.text())};
    }
    if (!reply) co_return from_server(reply.error());
    if (reply->users().users_size() != 1 || reply->users().users(0).name() != user.text()) {
        co_return from_server(Error{Errc::malformed, "one user was due"});
    }
    co_await client.finish(*in, by);
    co_return std::move(*reply->mutable_users()->mutable_users(0));
}

Result<InfoOptions> parse_info(const Given& given) {
    auto user = at_most_one<model::UserName>(given);
    if (!user) return user.error();
    InfoOptions options;
    options.user = std::move(*user);
    return options;
}

int run_info(Context& context, const InfoOptions& options) {
    auto client = Client::load(context);
    if (!client) return context.fail(client.error());
    const auto user = options.user.value_or((*client)->login().user());
    const auto shown = context.wait(look_up(**client, user, context.soon()));
    if (!shown) return context.fail(shown.error());
    auto record = user_record(**client, *shown);
    if (!record) return context.fail(from_server(record.error()));
    if (user == (*client)->login().user()) add_own_devices(*record, (*client)->login());
    print(context.out, *record);
    return exit_code::done;
}

}  // namespace p2pc::commands
