#include "home/paths.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "home/private_file.hpp"

namespace p2pc::home {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// The XDG rule: a path that is not absolute is ignored.
fs::path xdg(const std::string& value, const fs::path& otherwise) {
    const fs::path path{value};
    return (path.is_absolute() ? path : otherwise) / "p2pc";
}

// Like `mkdir -p -m 700`: a folder that was there keeps its mode.
Status make_folders(const fs::path& folder) {
    if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
    if (errno != ENOENT || !folder.has_relative_path()) return io_trouble("make", folder);
    auto parents = make_folders(folder.parent_path());
    if (!parents) return parents;
    if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
    return io_trouble("make", folder);
}

Status make_private(const fs::path& folder) {
    auto made = make_folders(folder);
    if (!made) return made;
    struct stat is {};
    if (::stat(folder.c_str(), &is) != 0) return io_trouble("look at", folder);
    const auto refused = [&](const char* what) {
        return Error{Errc::local_io, fmt::format("'{}': {}", folder.string(), what)};
    };
    if (!S_ISDIR(is.st_mode)) return refused("is not a folder");
    if (is.st_uid != ::geteuid()) return refused("belongs to another user");
    if ((is.st_mode & 022) != 0) return refused("others may write to it (chmod go-w)");
    return {};
}

}  // namespace

HomeEnvironment HomeEnvironment::of_process() {
    HomeEnvironment environment;
    environment.p2pc_home = variable("P2PC_HOME");
    environment.user_home = variable("HOME");
    environment.xdg_config = variable("XDG_CONFIG_HOME");
    environment.xdg_state = variable("XDG_STATE_HOME");
    environment.xdg_data = variable("XDG_DATA_HOME");
    return environment;
}

Result<HomePaths> HomePaths::resolve(const std::optional<std::string>& home_flag,
                                     const HomeEnvironment& environment) {
    if (home_flag && home_flag->empty()) return Error{Errc::usage, "--home needs the name of a folder"};
    const std::string& one = home_flag ? *home_flag : environment.p2pc_home;
    if (!one.empty()) {
        // Absolute from the start: the program may change its folder later.
        std::error_code ec;
        fs::path folder = fs::absolute(one, ec).lexically_normal();
        if (ec) return Error{Errc::local_io, "no current folder"};
        if (!folder.has_filename()) folder = folder.parent_path();
        return HomePaths{folder, folder, folder};
    }
    const fs::path user_home{environment.user_home};
    if (!user_home.is_absolute()) return Error{Errc::usage, "HOME is not set (use --home DIR)"};
    return HomePaths{xdg(environment.xdg_config, user_home / ".config"),
                     xdg(environment.xdg_state, user_home / ".local" / "state"),
                     xdg(environment.xdg_data, user_home / ".local" / "share")};
}

Status HomePaths::make() const {
    for (const auto& folder : {config_, state_, data_}) {
        auto made = make_private(folder);
        if (!made) return made;
    }
    return {};
}

}  // namespace p2pc::home
