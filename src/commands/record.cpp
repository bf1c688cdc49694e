#include "commands/record.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/unicode.hpp"

namespace p2pc::commands {
namespace {

std::string json_of(std::string_view text) {
    return nlohmann::json(base::to_valid_utf8(text)).dump();
}

std::string list_of(const std::vector<std::string>& values) {
    std::string out = "[";
    for (const auto& value : values) {
        if (out.size() > 1) out += ',';
        out += json_of(value);
    }
    return out + "]";
}

}  // namespace

Record::Record(std::string_view type, WallTime at)
    : line_(fmt::format(R"({{"type":{},"at":{})", json_of(type), json_of(base::rfc3339(at)))) {}

Record& Record::raw(std::string_view key, std::string_view json) {
    line_ += fmt::format(R"(,"{}":{})", key, json);
    return *this;
}

Record& Record::none(std::string_view key) {
    return raw(key, "null");
}

Record& Record::text(std::string_view key, std::string_view value) {
    return raw(key, json_of(value));
}

Record& Record::maybe(std::string_view key, const std::optional<std::string>& value) {
    return value ? raw(key, json_of(*value)) : none(key);
}

Record& Record::path(std::string_view key, const std::optional<std::string>& value) {
    if (!value) return none(key);
    raw(key, json_of(*value));
    if (base::is_valid_utf8(*value)) return *this;
    return raw(fmt::format("{}_b64", key), json_of(base::to_base64(as_bytes(*value))));
}

Record& Record::number(std::string_view key, std::optional<std::uint64_t> value) {
    return value ? raw(key, fmt::format("{}", *value)) : none(key);
}

Record& Record::number(std::string_view key, std::optional<ByteCount> value) {
    return value ? raw(key, fmt::format("{}", value->value())) : none(key);
}

Record& Record::seconds(std::string_view key, double value) {
    return raw(key, fmt::format("{:.3f}", value));
}

Record& Record::yes_no(std::string_view key, bool value) {
    return raw(key, value ? "true" : "false");
}

Record& Record::time(std::string_view key, std::optional<WallTime> value) {
    return value ? raw(key, json_of(base::rfc3339(*value))) : none(key);
}

Record& Record::texts(std::string_view key, const std::vector<std::string>& values) {
    return raw(key, list_of(values));
}

Record& Record::texts(std::string_view key, const std::optional<std::vector<std::string>>& values) {
    return values ? raw(key, list_of(*values)) : none(key);
}

Record& Record::devices(std::string_view key, const std::vector<Device>& values) {
    std::string out = "[";
    for (const auto& device : values) {
        if (out.size() > 1) out += ',';
        out +=
            fmt::format(R"({{"name":{},"endpoints":{}}})", json_of(device.name), list_of(device.endpoints));
    }
    return raw(key, out + "]");
}

}  // namespace p2pc::commands
