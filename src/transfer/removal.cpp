#include "transfer/removal.hpp"

#include <algorithm>
#include <functional>

#include "transfer/growing_file.hpp"
#include "transfer/names.hpp"

namespace p2pc::transfer {
namespace {

// About 100 bytes each.
constexpr std::size_t most_candidates = 1'000'000;
// Ours are at most 32 deep; somebody else's folders in them may be deeper.
constexpr std::size_t most_depth = 128;

std::uint64_t hash_of(const std::string& name) {
    return std::hash<std::string>{}(name);
}

std::string other_case(std::string name) {
    for (auto& c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter) c = static_cast<char>(c ^ 0x20);
    }
    return name;
}

// Where a name has two spellings, one that was not named may be one that was.
bool has_two_spellings(const HeldFolder& folder, const std::string& name, const Found& found) {
    const auto other = other_case(name);
    if (other == name) return false;
    const auto there = folder.look(other);
    return there && *there && (*there)->is_same(found);
}

}  // namespace

void Removal::enter(std::string name, const std::vector<std::string>& left_out) {
    Level level;
    level.name = std::move(name);
    for (const auto& line : left_out)
        level.left_out.add(line);
    levels_.push_back(std::move(level));
}

void Removal::named(const std::string& name) {
    if (!levels_.empty()) levels_.back().named.insert(hash_of(name));
}

// What any folder around leaves out stays, even where one further in takes it again.
bool Removal::is_left_out(const std::vector<std::string>& below, const std::string& name,
                          IsFolder folder) const {
    std::string path = name;
    for (auto inner = below.rbegin(); inner != below.rend(); ++inner)
        path = *inner + "/" + path;
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
        if (level->left_out.judge(path, folder) == Patterns::Verdict::leave_out) return true;
        path = level->name + "/" + path;
    }
    return false;
}

std::vector<std::string> Removal::path_of(const std::vector<std::string>& below) const {
    std::vector<std::string> path;
    for (const auto& level : levels_)
        path.push_back(level.name);
    path.insert(path.end(), below.begin(), below.end());
    return path;
}

// Whether all of `name` may go.
Result<bool> Removal::collect(const HeldFolder& folder, const std::string& name,
                              std::vector<std::string>& below) {
    const auto found = folder.look(name);
    if (!found) return found.error();
    if (!*found) return true;
    const bool is_folder = (*found)->kind == Found::Kind::folder;
    if (is_left_out(below, name, is_folder ? IsFolder::yes : IsFolder::no)) return false;
    if (!check_component(name) && name.starts_with(own_prefix)) return false;
    if (has_two_spellings(folder, name, **found)) return false;
    if (is_folder) {
        const auto here = look_at(folder.fd());
        if (!here) return here.error();
        if ((*found)->device != here->device || levels_.size() + below.size() >= most_depth) return false;
        auto inner = folder.open_folder(name);
        if (!inner) return inner.error();
        if (!*inner) return true;
        below.push_back(name);
        bool all = true;
        auto listed = (*inner)->list([&](const std::string& entry) -> Status {
            const auto may_go = collect(**inner, entry, below);
            if (!may_go) return may_go.error();
            all = all && *may_go;
            return {};
        });
        below.pop_back();
        if (!listed) return listed.error();
        if (!all) return false;
    }
    if (candidates_.size() >= most_candidates) {
        return Error{Errc::limit, "more is to be removed than can be remembered"};
    }
    auto path = path_of(below);
    if (folders_.empty() || folders_.back() != path) folders_.push_back(std::move(path));
    candidates_.push_back(Candidate{folders_.size() - 1, name, is_folder});
    return true;
}

Status Removal::leave(const HeldFolder* folder, Whole whole) {
    Status done;
    if (folder != nullptr && whole == Whole::yes) {
        const auto& named = levels_.back().named;
        done = folder->list([&](const std::string& name) -> Status {
            if (named.contains(hash_of(name))) return {};
            std::vector<std::string> below;
            const auto may_go = collect(*folder, name, below);
            return may_go ? Status{} : Status{may_go.error()};
        });
    }
    levels_.pop_back();
    return done;
}

Result<HeldFolder> Removal::hold(const HeldFolder& root, const std::vector<std::string>& path) const {
    auto at = root.again();
    if (!at) return at.error();
    for (const auto& name : path) {
        auto inner = at->open_folder(name);
        if (!inner) return inner.error();
        if (!*inner) return Error{Errc::local_io, "a folder went away"};
        *at = std::move(**inner);
    }
    return at;
}

Result<std::uint64_t> Removal::remove(const HeldFolder& root) {
    std::uint64_t removed = 0;
    for (std::size_t next = 0; next < candidates_.size();) {
        const auto number = candidates_[next].folder;
        const auto folder = hold(root, folders_[number]);
        if (!folder) return folder.error();
        const auto before = look_at(folder->fd());
        if (!before) return before.error();
        const bool opened = (before->mode & 0700) == 0700 || folder->set_mode(before->mode | 0700).ok();
        Status gone;
        for (; next < candidates_.size() && candidates_[next].folder == number && gone; ++next) {
            const auto& candidate = candidates_[next];
            if (candidate.is_folder) {
                folder->remove_folder_if_empty(candidate.name);
            } else {
                gone = folder->remove(candidate.name);
            }
            const auto left = folder->look(candidate.name);
            if (left && !*left) ++removed;
        }
        // It was given its mode and time when it was left, and is to have them.
        (void)set_time(folder->fd(), before->mtime);
        if (opened && (before->mode & 0700) != 0700) (void)folder->set_mode(before->mode);
        if (!gone) return gone.error();
    }
    candidates_.clear();
    folders_.clear();
    return removed;
}

}  // namespace p2pc::transfer
