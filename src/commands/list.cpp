#include <array>

#include "commands/exit_codes.hpp"
#include "commands/people.hpp"
#include "commands/words.hpp"
#include "terminal/table.hpp"

namespace p2pc::commands {
namespace {

using terminal::Table;

constexpr std::array flags{
    Flag{"all", 0, Takes::nothing, "", "every account, online or not"},
    Flag{"watch", 0, Takes::nothing, "", "go on with one line a change"},
};

Status print(Context& context, const Client& client, const wire::pb::Users& users) {
    Table table{{Table::Align::left, Table::Align::left, Table::Align::left, Table::Align::left}};
    for (const auto& user : users.users()) {
        const auto record = user_record(client, user);
        if (!record) return record.error();
        if (context.out.json()) {
            context.out.record(line_of(*record, context.out.now()));
        } else {
            table.add(cells_of(*record));
        }
    }
    if (!table.empty()) context.out.text(table.str());
    return {};
}

asio::awaitable<int> list_once(Context& context, Client& client, ListOptions options) {
    const auto by = context.soon();
    std::vector<rendezvous::ClientMessage> first(1);
    first[0].mutable_list_users()->set_all(options.whom == Whom::everybody);
    auto in = co_await client.sign_in(std::move(first), by);
    if (!in) co_return context.fail(in.error());
    auto reply = co_await in->link->reply_ahead(1, by);
    if (!reply) co_return context.fail(from_server(reply.error()));
    const auto printed = print(context, client, reply->users());
    if (!printed) co_return context.fail(from_server(printed.error()));
    co_await client.finish(*in, by);
    co_return exit_code::done;
}

}  // namespace

std::span<const Flag> list_flags() {
    return flags;
}

Result<ListOptions> parse_list(const Given& given) {
    const auto none = no_words(given);
    if (!none) return none.error();
    ListOptions options;
    if (given.has("all")) options.whom = Whom::everybody;
    if (given.has("watch")) options.watching = Watching::always;
    return options;
}

int run_list(Context& context, const ListOptions& options) {
    auto client = Client::load(context);
    if (!client) return context.fail(client.error());
    return context.run(options.watching == Watching::always ? watch_users(context, **client, options)
                                                            : list_once(context, **client, options));
}

}  // namespace p2pc::commands
