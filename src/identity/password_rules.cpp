#include "identity/password_rules.hpp"

#include <algorithm>

#include "crypto/secret.hpp"
#include "crypto/text.hpp"

namespace p2pc::identity {
namespace {

constexpr std::size_t fewest_characters = 8;
constexpr std::size_t most_bytes = 1024;

Error weak(const char* reason) {
    return Error{Errc::weak_password, reason};
}

// REQUIRES: in NFC.
Status judge_spelled(std::string_view password, const model::UserName& user) {
    if (password.size() > most_bytes) return weak("longer than 1024 bytes");
    // The names first: "that is your user name" tells more than "too short".
    std::string lower{password};
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    const bool is_user = lower == user.text();
    const bool is_one_character = !lower.empty() && lower.find_first_not_of(lower[0]) == std::string::npos;
    const bool is_common = is_common_password(lower);
    crypto::wipe(lower);
    if (is_user) return weak("it is the user name");
    if (crypto::code_points(password) < fewest_characters) return weak("shorter than 8 characters");
    if (is_one_character) return weak("it is one character repeated");
    if (is_common) return weak("it is one of the most common passwords");
    return {};
}

}  // namespace

Status check_password(std::string_view password, const model::UserName& user) {
    auto spelled = crypto::nfc(password);
    if (!spelled && spelled.error().code() == Errc::limit) return weak("longer than 1024 bytes");
    if (!spelled) return weak("it is not UTF-8 text");
    auto judged = judge_spelled(*spelled, user);
    crypto::wipe(*spelled);
    return judged;
}

}  // namespace p2pc::identity
