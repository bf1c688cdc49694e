#include "transfer/tree.hpp"

#include <fmt/format.h>

#include "transfer/growing_file.hpp"

namespace p2pc::transfer {

Tree::Tree(Level top, AnyNames any) : any_(any), umask_(process_umask()) {
    levels_.reserve(most_depth);  // sinks refer to the folder they are in
    levels_.push_back(std::move(top));
}

void Tree::remove_with(Removal& removal, const std::vector<std::string>& left_out) {
    removal_ = &removal;
    removal.enter(levels_.front().name, left_out);
}

Status Tree::enter(const Entry& folder, const std::vector<std::string>& left_out) {
    note(folder);
    if (auto allowed = check_below_top(folder.name(), any_); !allowed) return allowed;
    if (depth() >= most_depth) {
        return Error{Errc::refused, fmt::format("more than {} folders in each other", most_depth)};
    }
    auto inner = enter_in(levels_.back(), folder);
    if (!inner) return inner.error();
    levels_.push_back(std::move(*inner));
    if (removal_ != nullptr) removal_->enter(folder.name(), left_out);
    return {};
}

Status Tree::leave(Whole whole) {
    auto level = std::move(levels_.back());
    levels_.pop_back();
    auto left = leaving(level);
    // What cannot be listed is not removed, and all else may be right.
    if (removal_ != nullptr) (void)removal_->leave(&level.folder, whole);
    if (!level.links.empty() || level.links_below) {
        levels_.back().links_below = true;
        postpone(level);
        return left;
    }
    if (!level.attributes) return left;
    auto done = set(level.folder, *level.attributes);
    return left ? done : left;
}

Result<std::unique_ptr<Sink>> Tree::begin(const Entry& file, const KeyOf& key_of) {
    note(file);
    if (auto allowed = check_below_top(file.name(), any_); !allowed) return allowed.error();
    return begin_in(levels_.back(), file, key_of);
}

Status Tree::keep(const Entry& entry) {
    note(entry);
    if (auto allowed = check_below_top(entry.name(), any_); !allowed) return allowed;
    return keep_in(levels_.back(), entry);
}

Result<bool> Tree::link(const Entry& link, std::uint32_t number) {
    note(link);
    if (auto allowed = check_below_top(link.name(), any_); !allowed) return allowed.error();
    if (auto inside = check_link_target(link.target(), depth() - 1, any_); !inside) return inside.error();
    auto wanted = wants_link(levels_.back(), link);
    if (!wanted || !*wanted) return wanted;
    levels_.back().links.push_back(Link{link.name(), link.target(), link.mtime(), number});
    return true;
}

Status Tree::set(const HeldFolder& folder, const Attributes& attributes) const {
    auto timed = set_time(folder.fd(), attributes.mtime);
    auto moded = folder.set_mode(mode_to_give(attributes.mode, 0777, umask_));
    return timed ? moded : timed;
}

// A link that is made changes its folder's time, and a folder that may not be searched, or written to, could
// not be come back to: so these wait too, and so does every folder around.
void Tree::postpone(Level& level) {
    Postponed folder;
    for (std::size_t n = 1; n < levels_.size(); ++n)
        folder.path.push_back(levels_[n].name);
    folder.path.push_back(level.name);
    folder.links = std::move(level.links);
    folder.attributes = level.attributes;
    postponed_.push_back(std::move(folder));
}

void Tree::make_links(const HeldFolder& folder, const std::vector<std::string>& path,
                      const std::vector<Link>& links) {
    for (const auto& link : links) {
        const auto made = make_link(folder, link);
        if (made) continue;
        if (made.error().code() == Errc::no_space) lacked_room(made.error());
        std::string name;
        for (const auto& above : path)
            name += above + '/';
        failed_.emplace_back(link.number, name + link.name, made.error());
    }
}

Status Tree::complete(const Postponed& folder) {
    auto at = levels_.front().folder.again();
    if (!at) return at.error();
    for (const auto& name : folder.path) {
        auto inner = at->open_folder(name);
        if (!inner) return inner.error();
        if (!*inner) return Error{Errc::local_io, fmt::format("'{}/{}' is gone", at->path(), name)};
        *at = std::move(**inner);
    }
    make_links(*at, folder.path, folder.links);
    return folder.attributes ? set(*at, *folder.attributes) : Status{};
}

Result<TreePlaced> Tree::commit(Whole whole) {
    auto& top = levels_.front();
    auto left = leaving(top);
    if (removal_ != nullptr) (void)removal_->leave(&top.folder, whole);
    for (const auto& folder : postponed_) {
        auto done = complete(folder);
        if (left) left = done;
    }
    make_links(top.folder, {}, top.links);
    if (!left) return left.error();
    auto path = finish(top);
    if (!path) return path.error();
    return TreePlaced{std::move(*path), std::move(failed_)};
}

}  // namespace p2pc::transfer
