#include "plugin_host/plugin_host.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <system_error>

#include "plugin_host/plugin_file.hpp"

namespace p2pc::plugin_host {

namespace fs = std::filesystem;

Result<transport::Transport*> PluginHost::find(std::string_view scheme) {
    if (const auto known = loaded_.find(scheme); known != loaded_.end()) return known->second.get();
    if (!valid_scheme(scheme)) {
        return Error{Errc::usage, fmt::format("'{}' is not the name of a transport", scheme)};
    }
    for (const auto& folder : folders_) {
        const auto file = folder / (std::string{scheme} + ".so");
        std::error_code error;
        if (!fs::exists(file, error)) continue;
        auto made = load_plugin(file, scheme);
        if (!made) return made.error();
        return loaded_.emplace(scheme, std::move(*made)).first->second.get();
    }
    return Error{Errc::usage,
                 fmt::format("no transport '{}' (installed: {})", scheme, fmt::join(installed(), ", "))};
}

std::vector<std::string> PluginHost::installed() const {
    std::set<std::string> names;
    for (const auto& [name, made] : loaded_)
        names.insert(name);
    for (const auto& folder : folders_) {
        std::error_code error;
        for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
            const auto& path = at->path();
            if (path.extension() == ".so" && valid_scheme(path.stem().string())) {
                names.insert(path.stem().string());
            }
        }
    }
    return {names.begin(), names.end()};
}

void PluginHost::add(std::unique_ptr<transport::Transport> made) {
    std::string name = made->name();
    loaded_.insert_or_assign(std::move(name), std::move(made));
}

}  // namespace p2pc::plugin_host
