#include "transfer/left_out.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "transfer/file_descriptor.hpp"

namespace p2pc::transfer {
namespace {

// As much of a .gitignore as is read; larger ones are a mistake.
constexpr std::size_t longest_file = 1024 * 1024;

}  // namespace

void LeftOut::enter(int fd, std::string_view name) {
    if (!levels_.empty()) {
        path_.append(name);
        path_.push_back('/');
    }
    levels_.push_back(Level{path_.size(), {}});
    if (gitignore_ == GitIgnore::yes) read_gitignore(fd, levels_.back().patterns);
    with_patterns_ += levels_.back().patterns.empty() ? 0 : 1;
}

void LeftOut::leave() {
    with_patterns_ -= levels_.back().patterns.empty() ? 0 : 1;
    levels_.pop_back();
    path_.resize(levels_.empty() ? 0 : levels_.back().begin);
}

bool LeftOut::leaves_out(std::string_view name, IsFolder folder) {
    if (exclude_.empty() && with_patterns_ == 0) return false;
    using Verdict = Patterns::Verdict;
    path_.append(name);
    const std::string_view path = path_;
    auto verdict = exclude_.judge(path, folder);
    for (auto level = levels_.rbegin(); verdict == Verdict::none && level != levels_.rend(); ++level)
        verdict = level->patterns.judge(path.substr(level->begin), folder);
    path_.resize(path_.size() - name.size());
    return verdict == Verdict::leave_out;
}

bool LeftOut::leaves_out_named(std::string_view name, IsFolder folder) const {
    return exclude_.judge_name(name, folder) == Patterns::Verdict::leave_out;
}

std::vector<std::string> LeftOut::lines_here() const {
    auto lines = levels_.back().patterns.lines();
    // Those said last count more.
    if (levels_.size() == 1) lines.insert(lines.end(), exclude_.lines().begin(), exclude_.lines().end());
    return lines;
}

void LeftOut::read_gitignore(int fd, Patterns& into) const {
    // Not through a symlink, as git does it; and a FIFO of this name is not waited for.
    const FileDescriptor file{
        ::openat(fd, ".gitignore", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    struct stat facts {};
    if (!file || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return;
    std::string text(std::min(static_cast<std::size_t>(facts.st_size), longest_file), '\0');
    std::size_t filled = 0;
    while (filled < text.size()) {
        const auto got = ::read(file.get(), text.data() + filled, text.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        filled += static_cast<std::size_t>(got);
    }
    text.resize(filled);
    into.add_lines(text);
}

}  // namespace p2pc::transfer
