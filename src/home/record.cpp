#include "home/record.hpp"

#include <algorithm>
#include <charconv>

#include "base/encoding.hpp"

namespace p2pc::home {
namespace {

constexpr std::string_view hex = "0123456789abcdef";

bool is_plain(char c) {
    return c > 0x20 && c < 0x7f && c != '%';
}

bool is_word(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

void append_escaped(std::string& out, std::string_view value) {
    for (char c : value) {
        if (is_plain(c)) {
            out.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out.append({'%', hex[byte >> 4], hex[byte & 15]});
        }
    }
}

// False unless `text` is what append_escaped writes.
bool append_unescaped(std::string& out, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            if (!is_plain(text[i])) return false;
            out.push_back(text[i]);
            continue;
        }
        if (text.size() - i < 3) return false;
        const auto high = hex.find(text[i + 1]);
        const auto low = hex.find(text[i + 2]);
        if (high == std::string_view::npos || low == std::string_view::npos) return false;
        const char c = static_cast<char>(high << 4 | low);
        if (is_plain(c)) return false;
        out.push_back(c);
        i += 2;
    }
    return true;
}

}  // namespace

Record::~Record() {
    for (auto& field : fields_)
        crypto::wipe(field.second);
}

Error Record::missing(std::string_view key) {
    return Error{Errc::corrupt, "no valid '" + std::string{key} + "'"};
}

Record& Record::text(std::string_view key, std::string_view value) {
    fields_.emplace_back(key, value);
    return *this;
}

Record& Record::number(std::string_view key, std::uint64_t value) {
    return text(key, std::to_string(value));
}

Record& Record::bytes(std::string_view key, BytesView value) {
    return text(key, base::to_base32(value));
}

Record& Record::time(std::string_view key, WallTime value) {
    return text(key, std::to_string(value.time_since_epoch().count()));
}

Record& Record::yes_no(std::string_view key, bool value) {
    return text(key, value ? "yes" : "no");
}

Record& Record::seed(std::string_view key, const crypto::SigningKey& value) {
    std::string coded = base::to_base32(value.seed().view());
    text(key, coded);
    crypto::wipe(coded);
    return *this;
}

Result<std::string_view> Record::text(std::string_view key) const {
    for (const auto& field : fields_) {
        if (field.first == key) return std::string_view{field.second};
    }
    return missing(key);
}

namespace {

// The whole text, or nothing.
template <class Integer>
bool parse_integer(std::string_view text, Integer& value) {
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    return read.ec == std::errc{} && read.ptr == end;
}

}  // namespace

Result<std::uint64_t> Record::number(std::string_view key) const {
    const auto value = text(key);
    std::uint64_t number = 0;
    if (!value || !parse_integer(*value, number)) return missing(key);
    return number;
}

Result<Bytes> Record::bytes(std::string_view key) const {
    const auto value = text(key);
    if (!value) return value.error();
    auto raw = base::from_base32(*value);
    if (!raw) return missing(key);
    return raw;
}

Result<WallTime> Record::time(std::string_view key) const {
    const auto value = text(key);
    std::int64_t since = 0;
    if (!value || !parse_integer(*value, since)) return missing(key);
    return WallTime{std::chrono::milliseconds{since}};
}

Result<bool> Record::yes_no(std::string_view key) const {
    const auto value = text(key);
    if (!value || (*value != "yes" && *value != "no")) return missing(key);
    return *value == "yes";
}

Result<crypto::SigningKey> Record::seed(std::string_view key) const {
    auto raw = bytes(key);
    if (!raw || raw->size() != crypto::Seed::size) return missing(key);
    crypto::SigningKey made{crypto::Seed{std::span<const std::byte, crypto::Seed::size>{*raw}}};
    crypto::wipe(*raw);
    return made;
}

Result<model::UserName> Record::user(std::string_view key) const {
    const auto value = text(key);
    if (!value) return value.error();
    auto name = model::UserName::parse(*value);
    if (!name) return missing(key);
    return name;
}

Result<model::DeviceName> Record::device(std::string_view key) const {
    const auto value = text(key);
    if (!value) return value.error();
    auto name = model::DeviceName::parse(*value);
    if (!name) return missing(key);
    return name;
}

Result<model::ServerUrl> Record::server(std::string_view key) const {
    const auto value = text(key);
    if (!value) return value.error();
    auto url = model::ServerUrl::parse(*value);
    if (!url) return missing(key);
    return url;
}

std::string Record::encode() const {
    std::string out = name_;
    for (const auto& [key, value] : fields_) {
        out.append(" ").append(key).append("=");
        append_escaped(out, value);
    }
    out.push_back('\n');
    return out;
}

Result<Record> Record::decode(std::string_view line) {
    const Error broken{Errc::corrupt, "a line that is none"};
    auto space = line.find(' ');
    Record record{line.substr(0, space)};
    if (!is_word(record.name_)) return broken;
    while (space != std::string_view::npos) {
        line.remove_prefix(space + 1);
        space = line.find(' ');
        const std::string_view field = line.substr(0, space);
        const auto equals = field.find('=');
        if (equals == std::string_view::npos) return broken;
        const std::string_view key = field.substr(0, equals);
        std::string value;
        if (!is_word(key) || record.text(key) || !append_unescaped(value, field.substr(equals + 1))) {
            return broken;
        }
        record.fields_.emplace_back(key, std::move(value));
    }
    return record;
}

}  // namespace p2pc::home
