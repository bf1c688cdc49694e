#include "commands/commands.hpp"

#include <fmt/format.h>

#include <array>

#include "commands/accounts.hpp"
#include "commands/admin.hpp"
#include "commands/arguments.hpp"
#include "commands/chat.hpp"
#include "commands/invite.hpp"
#include "commands/people.hpp"
#include "commands/receive.hpp"
#include "commands/send.hpp"
#include "commands/serve.hpp"
#include "commands/trust.hpp"

namespace p2pc::commands {
namespace {

template <auto parse, auto run>
Result<Runner> prepare(const Given& given) {
    auto options = parse(given);
    if (!options) return options.error();
    return Runner{[options = std::move(*options)](Context& context) { return run(context, options); }};
}

std::span<const Flag> no_flags() {
    return {};
}

constexpr std::array table{
    Command{"serve", "", "", "run the directory server", serve_flags, prepare<parse_serve, run_serve>},
    Command{"register", "", "[USER]", "create an account on the server and log in", register_flags,
            prepare<parse_register, run_register>},
    Command{"login", "", "[USER]", "log in; the login is remembered in the home", login_flags,
            prepare<parse_login, run_login>},
    Command{"logout", "", "[DEVICE]", "remove this device, or another, from the account", logout_flags,
            prepare<parse_logout, run_logout>},
    Command{"passwd", "", "", "change the password", passwd_flags, prepare<parse_passwd, run_passwd>},
    Command{"list", "", "", "who is online", list_flags, prepare<parse_list, run_list>},
    Command{"info", "", "[USER]", "one account: devices, endpoints, key, trust", no_flags,
            prepare<parse_info, run_info>},
    Command{"chat", "", "[USER]", "talk to USER, or wait in the lobby for calls", chat_flags,
            prepare<parse_chat, run_chat>},
    Command{"send", "", "RECEIVER PATH...", "send files, a stream (-) or a message (-m)", send_flags,
            prepare<parse_send, run_send>},
    Command{"receive", "recv", "", "go online and accept what comes", receive_flags,
            prepare<parse_receive, run_receive>},
    Command{"sessions", "", "", "the session log of this account", no_flags,
            prepare<parse_sessions, run_sessions>},
    Command{"trust", "", "list|show|verify|accept|forget|server [USER [FINGERPRINT]]",
            "keys that are pinned here: compare, accept, forget them", trust_flags,
            prepare<parse_trust, run_trust>},
    Command{"admin", "", "users|block|unblock|token|reset|remove|sessions|stats|audit|backup [USER|FILE]",
            "on the host of a server: its accounts, tokens, sessions, records", admin_flags,
            prepare<parse_admin, run_admin>},
    Command{"invite", "", "[USER]", "a one-time code for a first contact that need not trust the server",
            invite_flags, prepare<parse_invite, run_invite>},
};

std::string flag_column(const Flag& flag) {
    std::string text = flag.letter != 0 ? fmt::format("-{}", flag.letter) : "";
    if (flag.has_long()) text += fmt::format("{}--{}", text.empty() ? "" : ", ", flag.name);
    if (flag.takes == Takes::nothing) return text;
    const bool optional = flag.takes == Takes::maybe_value;
    return text + (optional ? fmt::format("[={}]", flag.value) : fmt::format(" {}", flag.value));
}

void describe_flags(std::string& out, std::span<const Flag> flags) {
    for (const Flag& flag : flags) {
        const auto column = flag_column(flag);
        if (column.size() > 26) {
            out += fmt::format("  {}\n  {:26}  {}\n", column, "", flag.help);
        } else {
            out += fmt::format("  {:26}  {}\n", column, flag.help);
        }
    }
}

}  // namespace

std::span<const Command> all_commands() {
    return table;
}

const Command* find_command(std::string_view name) {
    for (const Command& command : table) {
        if (command.name == name || (!command.alias.empty() && command.alias == name)) return &command;
    }
    return nullptr;
}

Error unknown_command(std::string_view name) {
    std::vector<std::string_view> names{"help"};
    for (const Command& command : table)
        names.push_back(command.name);
    const auto meant = nearest(name, names);
    return Error{Errc::usage, meant ? fmt::format("unknown command '{}' (did you mean '{}'?)", name, *meant)
                                    : fmt::format("unknown command '{}' (p2pc help lists them)", name)};
}

std::string usage_line(const Command& command) {
    return fmt::format("usage: p2pc {} [OPTIONS]{}{}", command.name, command.words.empty() ? "" : " ",
                       command.words);
}

std::string general_help() {
    std::string out = "usage: p2pc [GLOBAL OPTIONS] COMMAND ...\n\n";
    for (const Command& command : table)
        out += fmt::format("  {:8}  {}\n", command.name, command.summary);
    out += "\nGlobal options, before COMMAND or after it:\n";
    describe_flags(out, global_flags());
    out += "\np2pc help COMMAND tells more of one.\n";
    return out;
}

std::string help_of(const Command& command) {
    std::string out = fmt::format("{}\n\n{}\n", usage_line(command), command.summary);
    if (!command.flags().empty()) {
        out += "\nOptions:\n";
        describe_flags(out, command.flags());
    }
    out += "\nGlobal options:\n";
    describe_flags(out, global_flags());
    return out;
}

}  // namespace p2pc::commands
