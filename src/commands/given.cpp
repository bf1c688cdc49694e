#include "commands/given.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/units.hpp"

namespace p2pc::commands {

void Given::add(std::string_view flag, std::string value) {
    auto& values = flags_[std::string{flag}];
    values.texts.push_back(std::move(value));
}

void Given::add_configured(std::string_view flag, std::vector<std::string> values, std::string where) {
    if (has(flag)) return;
    auto& made = flags_[std::string{flag}];
    made.origin = Origin::configuration;
    made.texts = std::move(values);
    made.where = std::move(where);
}

const Given::Values* Given::find(std::string_view flag) const {
    const auto found = flags_.find(flag);
    return found == flags_.end() ? nullptr : &found->second;
}

bool Given::has_argument(std::string_view flag) const {
    const auto* values = find(flag);
    return values != nullptr && values->origin == Origin::argument;
}

std::optional<std::string> Given::text(std::string_view flag) const {
    const auto* values = find(flag);
    if (values == nullptr || values->texts.empty()) return std::nullopt;
    return values->texts.back();
}

std::vector<std::string> Given::texts(std::string_view flag) const {
    const auto* values = find(flag);
    return values == nullptr ? std::vector<std::string>{} : values->texts;
}

Error Given::bad(std::string_view flag, std::string_view what) const {
    const auto* values = find(flag);
    if (values != nullptr && values->origin == Origin::configuration) {
        return Error{Errc::usage, fmt::format("{}: {}: {}", values->where, flag, what)};
    }
    return Error{Errc::usage, fmt::format("{}{}: {}", flag.size() > 1 ? "--" : "-", flag, what)};
}

Result<std::optional<Duration>> Given::duration(std::string_view flag) const {
    const auto given = text(flag);
    if (!given) return std::optional<Duration>{};
    const auto parsed = base::parse_duration(*given);
    if (!parsed) return bad(flag, parsed.error().detail());
    return std::optional<Duration>{*parsed};
}

Result<std::optional<ByteCount>> Given::size(std::string_view flag) const {
    const auto given = text(flag);
    if (!given) return std::optional<ByteCount>{};
    const auto parsed = base::parse_size(*given);
    if (!parsed) return bad(flag, parsed.error().detail());
    return std::optional<ByteCount>{*parsed};
}

Result<std::optional<std::uint64_t>> Given::number(std::string_view flag) const {
    const auto given = text(flag);
    if (!given) return std::optional<std::uint64_t>{};
    std::uint64_t value = 0;
    const auto* const end = given->data() + given->size();
    const auto [stopped, failed] = std::from_chars(given->data(), end, value);
    if (failed != std::errc{} || stopped != end) {
        return bad(flag, fmt::format("not a number: '{}'", *given));
    }
    return std::optional<std::uint64_t>{value};
}

Result<std::vector<model::UserName>> Given::users(std::string_view flag) const {
    std::vector<model::UserName> names;
    for (const auto& list : texts(flag)) {
        for (std::size_t at = 0; at <= list.size();) {
            const auto comma = std::min(list.find(',', at), list.size());
            auto name = model::UserName::parse(std::string_view{list}.substr(at, comma - at));
            if (!name) return bad(flag, name.error().detail());
            if (std::find(names.begin(), names.end(), *name) == names.end()) {
                names.push_back(std::move(*name));
            }
            at = comma + 1;
        }
    }
    return names;
}

Result<std::optional<std::string>> Given::listen(std::string_view flag) const {
    auto given = text(flag);
    if (!given) return std::optional<std::string>{};
    const auto parsed = model::ListenUrl::parse(*given, model::default_scheme, 0);
    if (!parsed) return bad(flag, parsed.error().detail());
    return given;
}

}  // namespace p2pc::commands
