#include "plugin_host/folders.hpp"

#include <sys/auxv.h>

#include <system_error>

namespace p2pc::plugin_host {

namespace {

std::vector<std::filesystem::path> split(std::string_view list) {
    std::vector<std::filesystem::path> folders;
    while (!list.empty()) {
        const auto colon = list.find(':');
        const auto item = list.substr(0, colon);
        // Empty and relative items would mean the working folder.
        if (item.starts_with('/')) folders.emplace_back(item);
        list = colon == list.npos ? std::string_view{} : list.substr(colon + 1);
    }
    return folders;
}

}  // namespace

std::vector<std::filesystem::path> plugin_folders(std::string_view developer_path) {
    if (!developer_path.empty() && ::getauxval(AT_SECURE) == 0) return split(developer_path);
    std::error_code error;
    const auto binary = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return {};
    const auto beside = binary.parent_path();
    return {beside / "plugins", (beside / P2PC_PLUGINS_FROM_BINARY).lexically_normal(),
            (beside / "../lib/p2pc/plugins").lexically_normal()};
}

}  // namespace p2pc::plugin_host
