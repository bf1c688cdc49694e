// UserName, DeviceName: valid from birth; the only way to get one is parse().
//
// Both are [a-z0-9][a-z0-9._-]{0,31} (docs/protocol.md, "Names"): nothing in them needs escaping on a
// terminal, in a path, in SQL or in a shell.
#pragma once

#include <compare>
#include <functional>
#include <optional>
#include <p2pc/base/result.hpp>
#include <string>
#include <string_view>

namespace p2pc::model {

bool is_name(std::string_view text) noexcept;

template <class Tag>
class Name {
  public:
    // Errc::usage with the offending text quoted and what is allowed.
    static Result<Name> parse(std::string_view text) {
        if (!is_name(text)) return invalid(text);
        return Name{std::string{text}};
    }
    const std::string& text() const noexcept { return text_; }
    friend auto operator<=>(const Name&, const Name&) = default;

  private:
    explicit Name(std::string text) : text_(std::move(text)) {}
    static Error invalid(std::string_view text);
    std::string text_;
};

struct UserTag;
struct DeviceTag;
using UserName = Name<UserTag>;
using DeviceName = Name<DeviceTag>;

// A host name made into a device name: lower case, other characters become '-', at most 32.
DeviceName cleaned_device_name(std::string_view host);

// "alice" or "alice/laptop": whom a call or a file is for.
class PeerName {
  public:
    PeerName(UserName user, std::optional<DeviceName> device)
        : user_(std::move(user)), device_(std::move(device)) {}
    static Result<PeerName> parse(std::string_view text);
    const UserName& user() const noexcept { return user_; }
    const std::optional<DeviceName>& device() const noexcept { return device_; }
    std::string text() const { return device_ ? user_.text() + "/" + device_->text() : user_.text(); }
    friend auto operator<=>(const PeerName&, const PeerName&) = default;

  private:
    UserName user_;
    std::optional<DeviceName> device_;
};

}  // namespace p2pc::model

template <class Tag>
struct std::hash<p2pc::model::Name<Tag>> {
    std::size_t operator()(const p2pc::model::Name<Tag>& n) const noexcept {
        return std::hash<std::string>{}(n.text());
    }
};
