#include "model/names.hpp"

#include <fmt/format.h>

namespace p2pc::model {
namespace {

constexpr std::size_t longest = 32;

bool is_first(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_later(char c) {
    return is_first(c) || c == '.' || c == '_' || c == '-';
}

// Bad input is quoted back; it may hold anything, so all but printable ASCII is escaped.
std::string quoted(std::string_view text) {
    std::string out;
    for (unsigned char c : text.substr(0, 64)) {
        if (c >= 0x20 && c < 0x7f) {
            out.push_back(static_cast<char>(c));
        } else {
            out += fmt::format("\\x{:02x}", c);
        }
    }
    return "'" + out + (text.size() > 64 ? "...'" : "'");
}

Error bad_name(std::string_view what, std::string_view text) {
    return Error{Errc::usage,
                 fmt::format("{} {} is not a name (allowed: a-z 0-9 . _ -, the first a letter or "
                             "digit, at most {})",
                             what, quoted(text), longest)};
}

}  // namespace

bool is_name(std::string_view text) noexcept {
    if (text.empty() || text.size() > longest || !is_first(text.front())) return false;
    for (char c : text) {
        if (!is_later(c)) return false;
    }
    return true;
}

template <>
Error UserName::invalid(std::string_view text) {
    return bad_name("user", text);
}

template <>
Error DeviceName::invalid(std::string_view text) {
    return bad_name("device", text);
}

DeviceName cleaned_device_name(std::string_view host) {
    std::string name;
    for (char c : host.substr(0, longest)) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (name.empty() && !is_first(c)) continue;
        name.push_back(is_later(c) ? c : '-');
    }
    if (name.empty()) name = "device";
    return *DeviceName::parse(name);
}

Result<PeerName> PeerName::parse(std::string_view text) {
    const auto slash = text.find('/');
    auto user = UserName::parse(text.substr(0, slash));
    if (!user) return user.error();
    if (slash == std::string_view::npos) return PeerName{std::move(*user), std::nullopt};
    auto device = DeviceName::parse(text.substr(slash + 1));
    if (!device) return device.error();
    return PeerName{std::move(*user), std::move(*device)};
}

}  // namespace p2pc::model
