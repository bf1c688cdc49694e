// What a password must be when it is set. Asked on the client only; the server never sees one.
#pragma once

#include <p2pc/base/result.hpp>
#include <string_view>

#include "model/names.hpp"

namespace p2pc::identity {

// 8 characters (code points after NFC) or more, 1024 bytes or less, UTF-8, not the user's name, and not
// among the most common ones; the last two whatever the case of A-Z.
//   Errc::weak_password   with the reason; the password itself is not in it
Status check_password(std::string_view password, const model::UserName& user);

// Whether `lower_case` is in the list of common_passwords.cpp.
bool is_common_password(std::string_view lower_case) noexcept;

}  // namespace p2pc::identity
