// The words of a command, taken one after the other.
#pragma once

#include <fmt/format.h>

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

}  // namespace p2pc::commands
