// The words of a command, taken one after the other.
#pragma once

#include <fmt/format.h>

#include "commands/arguments.hpp"
#include "commands/given.hpp"

namespace p2pc::commands {

// None or one name. Errc::usage: not a name, or more words than that.
template <class Name>
Result<std::optional<Name>> at_most_one(const Given& given) {
    const auto& words = given.words();
    if (words.size() > 1) return Error{Errc::usage, fmt::format("one word too many: '{}'", words[1])};
    if (words.empty()) return std::optional<Name>{};
    auto name = Name::parse(words[0]);
    if (!name) return name.error();
    return std::optional<Name>{std::move(*name)};
}

inline Status no_words(const Given& given) {
    if (given.words().empty()) return {};
    return Error{Errc::usage, fmt::format("one word too many: '{}'", given.words()[0])};
}

// The verb a command with several of them was given; each has a `name`. Errc::usage: there is none of that
// name; says which is the nearest.
template <class Verbs>
Result<typename Verbs::value_type> verb_called(std::string_view command, std::string_view typed,
                                               const Verbs& verbs) {
    std::vector<std::string_view> names;
    for (const auto& verb : verbs) {
        if (verb.name == typed) return verb;
        names.push_back(verb.name);
    }
    const auto meant = nearest(typed, names);
    return Error{Errc::usage, meant
                                  ? fmt::format("{} cannot '{}' (did you mean '{}'?)", command, typed, *meant)
                                  : fmt::format("{} cannot '{}' (p2pc help {})", command, typed, command)};
}

}  // namespace p2pc::commands
