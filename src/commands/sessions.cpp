#include "base/clock.hpp"
#include "base/filter.hpp"
#include "base/units.hpp"
#include "commands/exit_codes.hpp"
#include "commands/people.hpp"
#include "commands/words.hpp"
#include "terminal/table.hpp"

namespace p2pc::commands {
namespace {

using terminal::Table;

std::string time_text(const std::optional<WallTime>& time) {
    return time ? base::local_text(*time) : "-";
}

std::string size_text(const std::optional<ByteCount>& size) {
    return size ? base::format_size(*size) : "-";
}

std::vector<std::string> cells_of(const SessionRecord& session) {
    const bool caller = session.role == "caller";
    std::string how{model::to_text(session.state)};
    if (session.reason) how += fmt::format(" ({})", model::to_text(*session.reason));
    return {time_text(session.started),
            time_text(session.ended),
            fmt::format("{} {}", caller ? "to" : "from", session.peers.front()),
            session.device,
            how,
            base::escape_line(session.path.value_or("-")),
            size_text(session.bytes_in) + " in",
            size_text(session.bytes_out) + " out"};
}

Status print(Context& context, const home::Login& login, const wire::pb::Sessions& sessions) {
    Table table{std::vector(8, Table::Align::left)};
    for (const auto& session : sessions.sessions()) {
        const auto record = session_record(login, session);
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

asio::awaitable<int> sessions(Context& context, Client& client) {
    const auto by = context.soon();
    std::vector<rendezvous::ClientMessage> first(1);
    first[0].mutable_sessions_query();
    auto in = co_await client.sign_in(std::move(first), by);
    if (!in) co_return context.fail(in.error());
    auto reply = co_await in->link->reply_ahead(1, by);
    if (!reply) co_return context.fail(from_server(reply.error()));
    const auto printed = print(context, client.login(), reply->sessions());
    if (!printed) co_return context.fail(from_server(printed.error()));
    co_await client.finish(*in, by);
    co_return exit_code::done;
}

}  // namespace

Result<SessionsOptions> parse_sessions(const Given& given) {
    const auto none = no_words(given);
    if (!none) return none.error();
    return SessionsOptions{};
}

int run_sessions(Context& context, const SessionsOptions&) {
    auto client = Client::load(context);
    if (!client) return context.fail(client.error());
    return context.run(sessions(context, **client));
}

}  // namespace p2pc::commands
