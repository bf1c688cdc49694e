#include "home/placed.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/encoding.hpp"
#include "home/private_file.hpp"

namespace p2pc::home {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t day = 24 * 60 * 60;
constexpr std::size_t most_size = 4 * 1024 * 1024;
constexpr std::size_t most_files = 1000;

// "KEY HEX-OF-PATH" a line. What is no such line, as the last one after a crash, is left out.
void read_lines(const std::string& text, std::map<std::string, std::string>& items) {
    for (std::size_t at = 0; at < text.size() && items.size() < Placed::most_items;) {
        const auto end = text.find('\n', at);
        if (end == std::string::npos) return;
        const auto line = std::string_view{text}.substr(at, end - at);
        const auto space = line.find(' ');
        at = end + 1;
        if (space == std::string_view::npos) continue;
        const auto path = base::from_hex(line.substr(space + 1));
        if (path) items.insert_or_assign(std::string{line.substr(0, space)}, std::string{as_text(*path)});
    }
}

}  // namespace

Placed::Placed(const HomePaths& paths, const model::SessionId& session, std::int64_t now_seconds)
    : folder_(paths.placed_folder()), own_(folder_ / model::id_text(session)) {
    std::error_code none;
    std::vector<fs::path> found;
    for (fs::directory_iterator at(folder_, none), end; !none && at != end && found.size() < most_files;
         at.increment(none))
        found.push_back(at->path());
    for (const auto& path : found) {
        struct stat file {};
        if (::lstat(path.c_str(), &file) != 0) continue;
        const bool old = file.st_mtim.tv_sec + day < now_seconds;
        if (old) {
            fs::remove(path, none);
            continue;
        }
        const auto text = read_private_file(path, most_size);
        if (text) read_lines(*text, items_);
    }
}

std::optional<std::string> Placed::find(const std::string& key) const {
    const auto found = items_.find(key);
    if (found == items_.end()) return std::nullopt;
    return found->second;
}

void Placed::add(const std::string& key, const std::string& path) {
    if (items_.size() >= most_items) return;
    items_.insert_or_assign(key, path);
    if (!file_) {
        ::mkdir(folder_.c_str(), 0700);
        file_ =
            Descriptor{::open(own_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    }
    // In one call: a crash leaves the line whole, or a last line that is none.
    const auto line = key + " " + base::to_hex(as_bytes(path)) + "\n";
    [[maybe_unused]] const auto written = ::write(file_.get(), line.data(), line.size());
}

void Placed::settled() {
    if (!file_) return;
    file_ = Descriptor{};
    std::error_code none;
    fs::remove(own_, none);
    fs::remove(folder_, none);  // when it is empty
}

}  // namespace p2pc::home
