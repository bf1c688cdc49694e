// One plugin file: may it be loaded, and is it what it says? (docs/plugin_abi.md, "Loading")
//
// All failures are Errc::usage: a transport this installation cannot offer is a matter of configuration.
#pragma once

#include <filesystem>
#include <memory>
#include <p2pc/base/result.hpp>
#include <p2pc/transport/transport.hpp>
#include <string_view>

namespace p2pc::plugin_host {

// [a-z][a-z0-9+.-]{0,14}: also what may stand before ".so" in a file name.
bool valid_scheme(std::string_view scheme) noexcept;

// Refuses a folder or a file that others than its owner may write to, or whose owner is neither root nor
// the user of this process.
Status check_safe(const std::filesystem::path& file);

// Loads (never unloads), compares the magic block with ours and makes the transport.
Result<std::unique_ptr<transport::Transport>> load_plugin(const std::filesystem::path& file,
                                                          std::string_view scheme);

}  // namespace p2pc::plugin_host
