#include "transfer/tree_merged.hpp"

#include <fmt/format.h>

#include "transfer/free_space.hpp"
#include "transfer/growing_file.hpp"
#include "transfer/kept_partials.hpp"

namespace p2pc::transfer {
namespace {

bool leads_to(const HeldFolder& folder, const std::string& name, const std::string& target) {
    const auto there = folder.link_target(name);
    return there && *there && **there == target;
}

// nullopt: nothing is there.
Result<std::optional<Verdict>> judge_in(const HeldFolder& folder, const std::string& name, const Entry& entry,
                                        OnConflict policy) {
    const auto there = folder.look(name);
    if (!there) return there.error();
    if (!*there) return std::optional<Verdict>{};
    const bool same = entry.kind() == EntryKind::link && leads_to(folder, name, entry.target());
    const auto verdict = judge(policy, entry, **there, same);
    if (!verdict) return verdict.error();
    return std::optional{*verdict};
}

class MergedFile final : public Sink {
  public:
    MergedFile(Partial partial, const HeldFolder& folder, std::string name, OnConflict policy, Sync sync)
        : partial_(std::move(partial)),
          folder_(folder),
          name_(std::move(name)),
          policy_(policy),
          sync_(sync) {}

    Status append(BytesView bytes) override { return partial_.append(bytes); }
    GrowingFile* file() noexcept override { return &partial_.file(); }

    Result<std::optional<std::string>> commit(const Entry& entry) override {
        // What is there may be another one by now.
        const auto verdict = judge_in(folder_, name_, entry, policy_);
        if (!verdict) return verdict.error();
        const bool replaces = verdict->has_value();
        // A power cut must not leave neither the old file nor the new one.
        const auto sync = replaces ? Sync::at_once : sync_;
        const auto over = replaces ? Partial::Over::file : Partial::Over::nothing;
        const auto placed = partial_.commit_to(folder_, name_, entry, over, sync);
        if (!placed) return placed.error();
        if (sync_ == Sync::at_once) {
            if (auto synced = folder_.sync(); !synced) return synced.error();
        }
        return std::optional{(folder_.path() == "/" ? "" : folder_.path()) + "/" + name_};
    }

    void keep() noexcept override { std::move(partial_).keep(); }

  private:
    Partial partial_;
    const HeldFolder& folder_;
    std::string name_;
    OnConflict policy_;
    Sync sync_;
};

class MergedTree final : public Tree {
  public:
    MergedTree(std::shared_ptr<const OutputFolder> root, Level top, std::uint64_t device, AnyNames any,
               OnConflict policy)
        : Tree(std::move(top), any), root_(std::move(root)), device_(device), policy_(policy) {}

    // The folder `name` in `folder`, made or not.
    static Result<Level> open_in(const HeldFolder& folder, const std::string& name, const Entry& entry,
                                 OnConflict policy, std::uint64_t device) {
        auto inner = folder.open_folder(name);
        if (!inner) return inner.error();
        if (!*inner) {
            inner = folder.make_folder(name);
            if (!inner) return inner.error();
            if (!*inner) return Error{Errc::refused, fmt::format("'{}' came in between", name)};
            return Level{std::move(**inner), name, Attributes{entry.mode(), entry.mtime()}};
        }
        const auto found = look_at((*inner)->fd());
        if (!found) return found.error();
        // What comes grows in the output folder, and no file moves from one file system to another.
        if (found->device != device) return Error{Errc::refused, "another file system is there"};
        std::optional<Attributes> later;
        if (policy == OnConflict::overwrite) later = Attributes{entry.mode(), entry.mtime()};
        if ((found->mode & 0700) != 0700) {
            if (auto opened = (*inner)->set_mode(found->mode | 0700); !opened) return opened.error();
            if (!later) later = Attributes{found->mode, std::nullopt};
        }
        return Level{std::move(**inner), name, later};
    }

  private:
    Result<Level> enter_in(Level& level, const Entry& entry) override {
        return open_in(level.folder, entry.name(), entry, policy_, device_);
    }

    Result<std::unique_ptr<Sink>> begin_in(Level& level, const Entry& entry, const KeyOf& key_of) override {
        return begin_merged(root_, level.folder, entry.name(), entry, key_of, policy_, Sync::later);
    }

    Status keep_in(Level& level, const Entry& entry) override {
        return keep_merged(level.folder, entry.name(), entry, policy_);
    }

    Result<bool> wants_link(Level& level, const Entry& entry) override {
        const auto verdict = judge_in(level.folder, entry.name(), entry, policy_);
        if (!verdict) return verdict.error();
        return !*verdict || **verdict == Verdict::give_way;
    }

    Status make_link(const HeldFolder& folder, const Link& link) override {
        const auto made = folder.make_link(link.name, link.target, link.mtime);
        if (!made) return made.error();
        if (*made) return {};
        const auto verdict =
            judge_in(folder, link.name, Entry::link(link.name, link.target, link.mtime), policy_);
        if (!verdict) return verdict.error();
        if (*verdict && **verdict == Verdict::stay) return {};
        return replace_by_link(folder, link);
    }

    // Made beside, in private, and moved over: there is always one of the two.
    Status replace_by_link(const HeldFolder& folder, const Link& link) {
        const auto partials = root_->held().private_folder(OutputFolder::partial_folder);
        if (!partials) return partials.error();
        for (unsigned n = 1;; ++n) {
            const auto name = fmt::format("link-{}", n);
            const auto made = partials->make_link(name, link.target, link.mtime);
            if (!made) return made.error();
            if (!*made) continue;
            auto moved = partials->move_over(name, folder, link.name);
            if (!moved) (void)partials->remove(name);
            root_->held().remove_folder_if_empty(OutputFolder::partial_folder);
            return moved;
        }
    }

    Status leaving(Level&) override { return {}; }

    Result<std::string> finish(Level& top) override {
        if (top.attributes) {
            if (auto done = set(top.folder, *top.attributes); !done) return done.error();
        }
        if (auto synced = top.folder.sync_file_system(); !synced) return synced.error();
        return top.folder.path();
    }

    std::shared_ptr<const OutputFolder> root_;
    std::uint64_t device_;
    OnConflict policy_;
};

}  // namespace

Result<std::unique_ptr<Tree>> merge_tree(std::shared_ptr<const OutputFolder> root, const std::string& name,
                                         const Entry& entry, AnyNames any, OnConflict policy) {
    const auto found = look_at(root->held().fd());
    if (!found) return found.error();
    auto top = MergedTree::open_in(root->held(), name, entry, policy, found->device);
    if (!top) return top.error();
    return std::unique_ptr<Tree>{
        std::make_unique<MergedTree>(std::move(root), std::move(*top), found->device, any, policy)};
}

Result<std::unique_ptr<Sink>> begin_merged(const std::shared_ptr<const OutputFolder>& root,
                                           const HeldFolder& folder, std::string name, const Entry& entry,
                                           const KeyOf& key_of, OnConflict policy, Sync sync) {
    const auto verdict = judge_in(folder, name, entry, policy);
    if (!verdict) return verdict.error();
    if (*verdict && **verdict == Verdict::stay) return std::unique_ptr<Sink>{};
    auto partial = take_partial(*root, key_of(entry), entry);
    if (!partial) return partial.error();
    return std::unique_ptr<Sink>{
        std::make_unique<MergedFile>(std::move(*partial), folder, std::move(name), policy, sync)};
}

Status keep_merged(const HeldFolder& folder, const std::string& name, const Entry& entry, OnConflict policy) {
    const auto there = folder.look(name);
    if (!there) return there.error();
    if (!*there) return Error{Errc::refused, "not here, as it was said to be"};
    const bool same = entry.kind() == EntryKind::link && leads_to(folder, name, entry.target());
    const auto verdict = judge_asked(policy, entry, **there, same);
    if (!verdict) return verdict.error();
    if (*verdict != Verdict::stay) return Error{Errc::refused, "not here, as it was said to be"};
    return {};
}

}  // namespace p2pc::transfer
