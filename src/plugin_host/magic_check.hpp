// Compares a plugin's magic block with ours, field by field, in the order of docs/plugin_abi.md.
#pragma once

#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/plugin/plugin.hpp>
#include <string>
#include <string_view>

namespace p2pc::plugin_host {

// "abi: expected 1, found 2" for the first field that differs; nothing when `block` may be used. Reads no
// byte past `block`, whatever it claims.
std::optional<std::string> first_difference(BytesView block, std::string_view scheme);

}  // namespace p2pc::plugin_host
