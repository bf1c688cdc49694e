// Typed lines: the table of commands, in our spelling and in that of the original service.
#include <algorithm>
#include <array>
#include <charconv>

#include "base/filter.hpp"
#include "base/unicode.hpp"
#include "commands/chat/action.hpp"
#include "terminal/columns.hpp"
#include "terminal/words.hpp"

namespace p2pc::commands::chat {
namespace {

struct Typed {
    std::string_view command;  // as the user spelt it
    std::string_view rest;     // without the spaces around it
    std::string_view home;
};

Error used_wrongly(const Typed& typed, std::string_view what) {
    return Error{Errc::usage, std::string{typed.command}.append(": ").append(what)};
}

template <class Command>
Result<Action> bare(const Typed& typed) {
    if (!typed.rest.empty()) return used_wrongly(typed, "takes nothing behind it");
    return Action{Command{}};
}

template <class Command>
Result<Action> numbered(const Typed& typed) {
    if (typed.rest.empty()) return Action{Command{Which{}}};
    const auto number = parse_number(typed.rest);
    if (!number) return used_wrongly(typed, "not a number: '" + base::escape_line(typed.rest) + "'");
    return Action{Command{number}};
}

Result<Action> show_user(const Typed& typed) {
    if (typed.rest.empty()) return used_wrongly(typed, "whom? (a user name is missing)");
    auto user = model::UserName::parse(typed.rest);
    if (!user) return user.error();
    return Action{ShowUser{std::move(*user)}};
}

Result<Action> call_user(const Typed& typed) {
    if (typed.rest.empty()) return used_wrongly(typed, "whom? (a user name is missing)");
    auto who = model::PeerName::parse(typed.rest);
    if (!who) return who.error();
    return Action{CallUser{std::move(*who)}};
}

Result<Action> send_files(const Typed& typed) {
    auto paths = terminal::split_words(typed.rest, typed.home);
    if (!paths) return used_wrongly(typed, paths.error().detail());
    if (paths->empty()) return used_wrongly(typed, "which files? (a path is missing)");
    return Action{SendFiles{std::move(*paths)}};
}

struct Command {
    std::string_view name;      // behind '/'
    std::string_view original;  // behind '\', lower case; empty: the original had none
    std::string_view arguments;
    std::string_view does;
    Result<Action> (*make)(const Typed&);
};

constexpr std::array<Command, 11> commands{{
    {"help", "help", "", "the commands", bare<ShowHelp>},
    {"list", "get_client_list", "", "who is online", bare<ListPeople>},
    {"info", "get_client_info", " USER", "where that client listens", show_user},
    {"chat", "", " USER", "call someone", call_user},
    {"accept", "", " [N]", "accept a call or an offer of files", numbered<Accept>},
    {"decline", "", " [N]", "decline it", numbered<Decline>},
    {"send", "send_file", " PATH...", "send files to the other side, of any type", send_files},
    {"cancel", "", " [N]", "cancel a transfer", numbered<Cancel>},
    {"files", "", "", "the transfers under way", bare<ShowTransfers>},
    {"close", "close_session", "", "end the session; the server is told", bare<CloseSession>},
    {"quit", "disconnect_client", "", "leave the server and exit", bare<Quit>},
}};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view typed, std::string_view word) {
    return std::equal(typed.begin(), typed.end(), word.begin(), word.end(),
                      [](char a, char b) { return lower(a) == b; });
}

std::string upper(std::string_view word) {
    std::string out;
    for (const char c : word)
        out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    return out;
}

Typed cut(std::string_view line, std::string_view home) {
    constexpr std::string_view blank = " \t";
    Typed typed{line.substr(0, line.find_first_of(blank)), {}, home};
    std::string_view rest = line.substr(typed.command.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(blank), rest.size()));
    // Trailing blanks stay where they may be part of a quoted path.
    const bool quoted = rest.find_first_of("'\"\\") != std::string_view::npos;
    if (!quoted) rest = rest.substr(0, rest.find_last_not_of(blank) + 1);
    typed.rest = rest;
    return typed;
}

}  // namespace

Result<Action> parse_typed(std::string_view line, std::string_view home) {
    if (line.find_first_not_of(" \t") == std::string_view::npos) return Action{Nothing{}};
    if (line.starts_with("//") || line.starts_with("\\\\")) return Action{Say{std::string{line.substr(1)}}};
    if (line[0] != '/' && line[0] != '\\') return Action{Say{std::string{line}}};
    const Typed typed = cut(line, home);
    const std::string_view word = typed.command.substr(1);
    for (const auto& command : commands) {
        const bool ours = line[0] == '/' && same_word(word, command.name);
        const bool original =
            line[0] == '\\' && !command.original.empty() && same_word(word, command.original);
        if (ours || original) return command.make(typed);
    }
    if (line[0] == '/')
        return Error{Errc::usage, "no such command: " + base::escape_line(typed.command) +
                                      " (/help lists them; a text that begins with / is typed with //)"};
    return Action{Say{std::string{line}}};
}

std::string help_text() {
    std::string out;
    for (const auto& command : commands) {
        std::string ours = "/";
        ours.append(command.name).append(command.arguments);
        std::string original;
        if (!command.original.empty())
            original.append("\\").append(command.name == "help" ? "help" : upper(command.original));
        out += terminal::pad_right(ours, 16) + terminal::pad_right(original, 20);
        out.append(command.does).append("\n");
    }
    out.append("// and \\\\ at the start of a line are a literal / and \\");
    return out;
}

std::optional<Number> parse_number(std::string_view text) {
    Number number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

Status check_text(std::string_view text) {
    if (text.size() > longest_text) return Error{Errc::limit, "a message of more than 16 KiB"};
    if (!base::is_valid_utf8(text)) return Error{Errc::usage, "a message that is not UTF-8"};
    return {};
}

}  // namespace p2pc::commands::chat
