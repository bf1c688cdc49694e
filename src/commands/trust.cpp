#include "commands/trust.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/exit_codes.hpp"
#include "commands/people.hpp"
#include "commands/trust_code.hpp"
#include "commands/trust_output.hpp"
#include "commands/trust_user.hpp"
#include "terminal/table.hpp"

namespace p2pc::commands {
namespace {

using terminal::Table;

int list_pins(Context& context, Client& client) {
    auto pins = client.pins().all();
    if (!pins) return context.fail(pins.error());
    // Those of other servers, where this home was logged in once, come last.
    const auto& here = client.login().founding_key();
    std::sort(pins->begin(), pins->end(), [&here](const identity::Pin& a, const identity::Pin& b) {
        return std::tuple{a.founding_key != here, a.founding_key, a.user} <
               std::tuple{b.founding_key != here, b.founding_key, b.user};
    });
    Table table{std::vector(5, Table::Align::left)};
    for (const auto& pin : *pins) {
        const PinRecord record{pin};
        if (context.out.json()) {
            context.out.record(line_of(record, context.out.now()));
        } else {
            table.add(cells_of(record, here));
        }
    }
    if (!table.empty()) context.out.text(table.str());
    return exit_code::done;
}

int show_server(Context& context, const home::Login& login) {
    const auto fingerprint = model::fingerprint(login.founding_key());
    if (context.out.json()) {
        context.out.record(Record{"server_pin", context.out.now()}
                               .text("server", login.server().text())
                               .text("fingerprint", fingerprint)
                               .str());
        return exit_code::done;
    }
    Table table{std::vector(2, Table::Align::left)};
    table.add({"server", login.server().text()});
    table.add({"fingerprint", fingerprint});
    context.out.text(table.str());
    return exit_code::done;
}

}  // namespace

int run_trust(Context& context, const TrustOptions& options) {
    auto client = Client::load(context);
    if (!client) return context.fail(client.error());
    if (options.user && *options.user == (*client)->login().user()) {
        return context.fail(Error{Errc::usage, fmt::format("'{}' is you (p2pc info shows your fingerprint)",
                                                           options.user->text())});
    }
    switch (options.task) {
        case TrustTask::list:
            return list_pins(context, **client);
        case TrustTask::show:
            return show_trust(context, **client, *options.user);
        case TrustTask::verify:
            if (options.by == TrustOptions::By::code) return verify_by_code(context, **client, options);
            return verify_user(context, **client, *options.user, options.digits);
        case TrustTask::accept:
            return accept_user(context, **client, *options.user, *options.key);
        case TrustTask::forget:
            return forget_user(context, **client, *options.user);
        case TrustTask::server:
            return show_server(context, (*client)->login());
    }
    return context.fail(Error{Errc::internal});
}

}  // namespace p2pc::commands
