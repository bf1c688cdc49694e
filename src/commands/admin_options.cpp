#include <fmt/format.h>

#include <array>

#include "commands/admin.hpp"
#include "commands/words.hpp"

namespace p2pc::commands {
namespace {

constexpr std::array flags{
    Flag{"db", 0, Takes::value, "FILE", "the database of the server (default: in the home)"},
    Flag{"yes", 0, Takes::nothing, "", "of reset and remove: do it without asking"},
};

enum class Word { none, user, maybe_user, file };

struct Verb {
    std::string_view name;
    AdminTask task;
    Word word;
    std::string_view usage;
};

constexpr std::array verbs{
    Verb{"users", AdminTask::users, Word::none, "users"},
    Verb{"block", AdminTask::block, Word::user, "block USER"},
    Verb{"unblock", AdminTask::unblock, Word::user, "unblock USER"},
    Verb{"token", AdminTask::token, Word::maybe_user, "token [USER]"},
    Verb{"reset", AdminTask::reset, Word::user, "reset USER"},
    Verb{"remove", AdminTask::remove, Word::user, "remove USER"},
    Verb{"sessions", AdminTask::sessions, Word::none, "sessions"},
    Verb{"stats", AdminTask::stats, Word::none, "stats"},
    Verb{"audit", AdminTask::audit, Word::none, "audit"},
    Verb{"backup", AdminTask::backup, Word::file, "backup FILE"},
};

bool fits(Word word, std::size_t behind) {
    if (word == Word::maybe_user) return behind <= 1;
    return behind == (word == Word::none ? 0U : 1U);
}

}  // namespace

std::span<const Flag> admin_flags() {
    return flags;
}

Result<AdminOptions> parse_admin(const Given& given) {
    const auto& words = given.words();
    if (words.empty()) {
        return Error{
            Errc::usage,
            "admin what? users, block, unblock, token, reset, remove, sessions, stats, audit or backup"};
    }
    const auto verb = verb_called("admin", words.front(), verbs);
    if (!verb) return verb.error();
    if (!fits(verb->word, words.size() - 1)) {
        return Error{Errc::usage, fmt::format("usage: p2pc admin {}", verb->usage)};
    }
    AdminOptions options;
    options.task = verb->task;
    if (words.size() > 1 && verb->word == Word::file) {
        if (words[1].empty()) return Error{Errc::usage, "backup needs the name of a file"};
        options.file = words[1];
    } else if (words.size() > 1) {
        auto user = model::UserName::parse(words[1]);
        if (!user) return user.error();
        options.user = std::move(*user);
    }
    options.database = given.text("db");
    if (options.database && options.database->empty()) return given.bad("db", "needs the name of a file");
    if (given.has("yes")) options.confirmed = Confirmed::yes;
    return options;
}

}  // namespace p2pc::commands
