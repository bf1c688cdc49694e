// Tree: one top-level folder of a delivery, which arrives as a walk.
//
// Where and how its folders are made is the business of its kinds: a tree that is built in private and
// renamed once (tree_built.hpp), and one that is merged into what is there (tree_merged.hpp). Here is what
// both share: the stack of at most 32 held folders, the rules for names and links, and that links come last.
// An error is about the one entry, which is left out; the rest may go on. Calls block; one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <p2pc/base/result.hpp>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "transfer/entry.hpp"
#include "transfer/held_folder.hpp"
#include "transfer/names.hpp"
#include "transfer/output.hpp"
#include "transfer/removal.hpp"

namespace p2pc::transfer {

// What a tree came to: where it is, and which of its links could not be made.
class TreePlaced {
  public:
    class FailedLink {
      public:
        FailedLink(std::uint32_t told, std::string named, Error error)
            : number(told), name(std::move(named)), why(std::move(error)) {}
        std::uint32_t number;  // as link() was given it
        std::string name;      // below the top, with the folders above it
        Error why;
    };
    TreePlaced(std::string path, std::vector<FailedLink> failed)
        : path_(std::move(path)), failed_(std::move(failed)) {}
    const std::string& path() const noexcept { return path_; }
    const std::vector<FailedLink>& failed_links() const noexcept { return failed_; }

  private:
    std::string path_;
    std::vector<FailedLink> failed_;
};

class Tree {
  public:
    static constexpr std::size_t most_depth = 32;

    // The bad end: what came so far stays where a later command can go on with it.
    virtual ~Tree() = default;
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    // From now on what is named, and what is not, counts for `removal`, which outlives the tree; `left_out`
    // are the patterns of the outermost folder. REQUIRES: called first, or not at all.
    void remove_with(Removal& removal, const std::vector<std::string>& left_out);

    // Into a folder: what follows is in it.
    //   Errc::refused   its name, the depth, or something else of that name is in the way
    //   Errc::no_space, Errc::local_io
    Status enter(const Entry& folder, const std::vector<std::string>& left_out = {});
    // Out of it. Its mode and time are set then, so that a read-only folder could be filled; an error is
    // about these. REQUIRES: depth() > 1.
    Status leave(Whole whole = Whole::no);
    // A file in the folder: in place with the tree's commit(). Null: it is there already. Errors as enter().
    Result<std::unique_ptr<Sink>> begin(const Entry& file, const KeyOf& key_of);
    // A file or link that the sender was told is there: it stays. Errc::refused: it is not.
    Status keep(const Entry& entry);
    // A symlink in the folder, made at the end. False: it is there already. Errors as enter().
    Result<bool> link(const Entry& link, std::uint32_t number);

    // Links, modes, times, one sync, and the final name. On an error of that all stays, as at the bad end.
    // REQUIRES: depth() is 1; called once.
    Result<TreePlaced> commit(Whole whole = Whole::no);

    // Something of it found no room here. A tree that shows whole or not at all does not show then: commit()
    // gives this error, and what came stays for a later command.
    virtual void lacked_room(const Error&) {}

    std::size_t depth() const noexcept { return levels_.size(); }

  protected:
    struct Link {
        std::string name, target;
        std::optional<FileTime> mtime;
        std::uint32_t number = 0;
    };
    // What a folder shall be like when all is in it.
    struct Attributes {
        std::optional<std::uint32_t> mode;
        std::optional<FileTime> mtime;
    };
    class Level {
      public:
        Level(HeldFolder held, std::string named, std::optional<Attributes> later)
            : folder(std::move(held)), name(std::move(named)), attributes(later) {}
        HeldFolder folder;
        std::string name;
        std::optional<Attributes> attributes;  // none: it is left as it is
        std::vector<Link> links;
        bool links_below = false;
        std::unordered_set<std::uint64_t> mine;  // inodes of what this delivery put here, where it matters
    };

    Tree(Level top, AnyNames any);

    virtual Result<Level> enter_in(Level& level, const Entry& folder) = 0;
    virtual Result<std::unique_ptr<Sink>> begin_in(Level& level, const Entry& file, const KeyOf& key_of) = 0;
    virtual Status keep_in(Level& level, const Entry& entry) = 0;
    virtual Result<bool> wants_link(Level& level, const Entry& link) = 0;
    virtual Status make_link(const HeldFolder& folder, const Link& link) = 0;
    // All that will be in the folder is, but for links.
    virtual Status leaving(Level& level) = 0;
    // Syncs everything, and gives the top its attributes and its final name.
    virtual Result<std::string> finish(Level& top) = 0;

    Status set(const HeldFolder& folder, const Attributes& attributes) const;
    mode_t umask() const noexcept { return umask_; }
    AnyNames any_names() const noexcept { return any_; }

  private:
    // A folder that was left before its links, or those of folders in it, were made.
    struct Postponed {
        std::vector<std::string> path;  // below the top
        std::vector<Link> links;
        std::optional<Attributes> attributes;
    };
    void note(const Entry& entry) {
        if (removal_ != nullptr) removal_->named(entry.name());
    }
    void postpone(Level& level);
    Status complete(const Postponed& folder);
    void make_links(const HeldFolder& folder, const std::vector<std::string>& path,
                    const std::vector<Link>& links);

    std::vector<Level> levels_;
    std::vector<Postponed> postponed_;  // inner ones first
    std::vector<TreePlaced::FailedLink> failed_;
    AnyNames any_;
    mode_t umask_;
    Removal* removal_ = nullptr;
};

}  // namespace p2pc::transfer
