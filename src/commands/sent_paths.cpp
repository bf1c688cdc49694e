#include "commands/sent_paths.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "transfer/file_descriptor.hpp"

namespace p2pc::commands {
namespace {

// Paths one after the other, as they are asked for: a list may be long, and be written while it is read.
class PathList {
  public:
    PathList(transfer::FileDescriptor file, std::string label, char separator)
        : file_(std::move(file)), label_(std::move(label)), separator_(separator) {}

    Result<std::optional<std::string>> next() {
        std::string path;
        while (true) {
            if (at_ == filled_) {
                const auto got = ::read(file_ ? file_.get() : STDIN_FILENO, buffer_.data(), buffer_.size());
                if (got < 0 && errno == EINTR) continue;
                if (got < 0) return transfer::io_error("cannot read " + label_, errno);
                at_ = 0;
                filled_ = static_cast<std::size_t>(got);
                if (got == 0) return path.empty() ? std::optional<std::string>{} : std::optional{path};
            }
            const char byte = buffer_[at_++];
            if (byte != separator_) {
                path.push_back(byte);
            } else if (!path.empty()) {
                return std::optional{std::move(path)};
            }
        }
    }

  private:
    transfer::FileDescriptor file_;  // none: stdin
    std::string label_;
    char separator_;
    std::array<char, 4096> buffer_{};
    std::size_t at_ = 0, filled_ = 0;
};

Result<std::shared_ptr<PathList>> open_list(const std::string& path, char separator) {
    transfer::FileDescriptor file;
    if (path != "-") {
        file = transfer::FileDescriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
        if (!file) return transfer::io_error(fmt::format("cannot open '{}'", path), errno);
    }
    return std::make_shared<PathList>(std::move(file), path, separator);
}

}  // namespace

Status check_sendable(const SentPaths& sent) {
    if (sent.list) return {};
    Status first;
    for (const auto& path : sent.paths) {
        if (path == "-") return {};
        auto fits = transfer::check_path(path);
        if (fits) return {};
        if (first) first = fits;
    }
    return first;
}

Announced announced(const SentPaths& sent) {
    Announced known;
    if (!sent.paths.empty()) {
        const auto& first = sent.paths.front();
        auto name = transfer::last_component(first);
        // "." is called as the folder it stands for.
        if (name.empty() || name == "." || name == "..")
            name = transfer::last_component(transfer::absolute_path(first));
        known.first_name = first == "-" ? sent.stream_name : name;
    }
    if (sent.list || !sent.exclude.empty()) return known;
    std::uint64_t total = 0;
    bool streams = false;
    for (const auto& path : sent.paths) {
        streams = streams || path == "-";
        if (path == "-") continue;
        const auto size = transfer::size_of(path);
        // One that cannot be sent is reported when its turn comes.
        if (!size) continue;
        if (!*size) return known;
        total += (*size)->value();
    }
    known.files = sent.paths.size();
    if (!streams) known.total = total;
    return known;
}

Result<std::unique_ptr<transfer::Walk>> open_walk(const SentPaths& sent,
                                                  std::shared_ptr<const transfer::SourceIds> ids) {
    transfer::WalkRules rules;
    rules.ids = std::move(ids);
    rules.same = sent.same;
    rules.exclude = sent.exclude;
    rules.gitignore = sent.gitignore;
    if (std::find(sent.paths.begin(), sent.paths.end(), "-") != sent.paths.end()) {
        rules.stream = sent.stream;
        if (!rules.stream) {
            rules.stream = [name = sent.stream_name] {
                return transfer::make_stream_source(STDIN_FILENO, "-", name);
            };
        }
    }
    auto typed = transfer::paths_of(sent.paths);
    if (!sent.list) return transfer::make_path_walk(std::move(typed), std::move(rules));
    auto list = open_list(*sent.list, sent.list_separator);
    if (!list) return list.error();
    auto both = [typed, list = *list]() mutable -> Result<std::optional<std::string>> {
        auto path = typed();
        return path && !*path ? list->next() : path;
    };
    return transfer::make_path_walk(std::move(both), std::move(rules));
}

}  // namespace p2pc::commands
