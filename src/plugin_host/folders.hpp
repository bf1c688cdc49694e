// Where plugins are looked for. Never the working folder, never what a peer or a server named.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace p2pc::plugin_host {

// `developer_path` (P2PC_PLUGIN_PATH, colon-separated) replaces the installed folders; it is ignored when
// the process has privileges its user has not. Otherwise: beside the binary, as built and as installed.
std::vector<std::filesystem::path> plugin_folders(std::string_view developer_path);

}  // namespace p2pc::plugin_host
