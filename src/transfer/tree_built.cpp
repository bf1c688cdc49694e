#include "transfer/tree_built.hpp"

#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>

#include "transfer/free_space.hpp"
#include "transfer/growing_file.hpp"

namespace p2pc::transfer {
namespace {

constexpr std::uint64_t mib = 1024 * 1024;

// What an entry takes beside its bytes.
constexpr std::uint64_t entry_cost = 4096;

// How often another process may come in between before we give up; each round is a few system calls.
constexpr int most_rounds = 1000;
constexpr unsigned most_numbers = 10'000;

// The private folder in which a tree grows.
struct Claimed {
    HeldFolder partials;
    std::string name;
    HeldFolder folder;
    bool left_over = false;  // something may be in it, of a command that did not get to its end
};

Result<Claimed> claim(const OutputFolder& root, const PartialKey& key) {
    auto partials = root.held().private_folder(OutputFolder::partial_folder);
    if (!partials) return partials.error();
    unsigned copy = 1;
    for (int round = 0; round < most_rounds; ++round) {
        const auto name =
            copy == 1 ? partial_tree_name(key) : fmt::format("{}-{}", partial_tree_name(key), copy);
        auto made = partials->make_folder(name);
        if (!made && made.error().code() == Errc::not_found) {
            // The last one out removed the empty folder while we held it: make it again.
            partials = root.held().private_folder(OutputFolder::partial_folder);
            if (!partials) return partials.error();
            continue;
        }
        if (!made) return made.error();
        const bool left_over = !*made;
        auto folder = left_over ? partials->open_folder(name) : std::move(made);
        if (!folder) return folder.error();
        if (!*folder) continue;
        if (!take_lock((*folder)->fd())) {
            ++copy;
            continue;
        }
        if (!partials->is_same(name, (*folder)->fd())) continue;
        if (auto opened = (*folder)->set_mode(0700); !opened) return opened.error();
        return Claimed{std::move(*partials), name, std::move(**folder), left_over};
    }
    return Error{Errc::local_io, "the folder for partial trees is changed all the time by others"};
}

// One file on its way, under its own name: whoever looks knows by its time that it is not complete.
class TreeFile final : public Sink {
  public:
    TreeFile(const HeldFolder& folder, const Entry& entry, GrowingFile file, std::optional<mode_t> umask,
             std::unordered_set<std::uint64_t>* mine)
        : folder_(folder), name_(entry.name()), file_(std::move(file)), umask_(umask), mine_(mine) {}
    ~TreeFile() override {
        if (!stays_) (void)folder_.remove(name_);
    }

    Status append(BytesView bytes) override { return file_.append(bytes); }
    GrowingFile* file() noexcept override { return &file_; }

    Result<std::optional<std::string>> commit(const Entry& entry) override {
        if (auto finished = file_.finish(entry, umask_); !finished) return finished.error();
        if (mine_ != nullptr) {
            const auto found = look_at(file_.fd());
            if (!found) return found.error();
            mine_->insert(found->inode);
        }
        stays_ = true;
        return std::optional<std::string>{};
    }

    void keep() noexcept override { stays_ = file_.trim(); }

  private:
    const HeldFolder& folder_;
    std::string name_;
    GrowingFile file_;
    std::optional<mode_t> umask_;
    std::unordered_set<std::uint64_t>* mine_;
    bool stays_ = false;
};

class BuiltTree final : public Tree {
  public:
    BuiltTree(std::shared_ptr<const OutputFolder> root, Claimed claimed, std::string name, const Entry& entry,
              AnyNames any, Taken taken)
        : Tree(Level{std::move(claimed.folder), name, Attributes{entry.mode(), entry.mtime()}}, any),
          root_(std::move(root)),
          partials_(std::move(claimed.partials)),
          partial_(std::move(claimed.name)),
          name_(std::move(name)),
          left_over_(claimed.left_over),
          taken_(taken) {}

    ~BuiltTree() override {
        if (placed_) return;
        partials_.remove_folder_if_empty(partial_);
        root_->held().remove_folder_if_empty(OutputFolder::partial_folder);
    }

    void lacked_room(const Error& why) override { lacked_room_ = why; }

  private:
    Result<Level> enter_in(Level& level, const Entry& entry) override {
        if (auto room = meter_.take(level.folder.fd(), entry_cost); !room) return room.error();
        auto made = level.folder.make_folder(entry.name());
        if (made && !*made) {
            auto gone = give_way(level, entry.name(), Found::Kind::folder);
            if (!gone) return gone.error();
            made = *gone ? level.folder.make_folder(entry.name()) : level.folder.open_folder(entry.name());
        }
        if (!made) return made.error();
        if (!*made) return twice(entry);
        if (left_over_) {
            const auto found = look_at((*made)->fd());
            if (!found) return found.error();
            if (auto opened = (*made)->set_mode(0700); !opened) return opened.error();
            level.mine.insert(found->inode);
        }
        return Level{std::move(**made), entry.name(), Attributes{entry.mode(), entry.mtime()}};
    }

    Result<std::unique_ptr<Sink>> begin_in(Level& level, const Entry& entry, const KeyOf&) override {
        const auto size = entry.size().value_or(ByteCount{}).value();
        if (auto room = meter_.take(level.folder.fd(), entry_cost); !room) return room.error();
        const auto stored = entry.stored().value_or(ByteCount{size}).value();  // the rest is holes
        if (stored >= mib) {
            const auto space = free_space(level.folder.fd());
            if (!space) return space.error();
            if (auto fits = check_room(*space, stored); !fits) return fits.error();
        }
        if (entry.from() > 0) return begin_behind(level, entry);
        // The folder around is private: a small file may have its mode from the start.
        const bool small = entry.kind() == EntryKind::file && size < mib;
        const mode_t mode = small ? mode_to_give(entry.mode(), 0666, 0) : 0600;
        auto made = level.folder.create(entry.name(), mode);
        if (made && !*made) {
            auto gone = give_way(level, entry.name(), Found::Kind::file);
            if (!gone) return gone.error();
            made = level.folder.create(entry.name(), mode);
        }
        if (!made) return made.error();
        if (!*made) return twice(entry);
        return std::unique_ptr<Sink>{std::make_unique<TreeFile>(
            level.folder, entry, GrowingFile{std::move(**made), entry.size(), &meter_},
            small ? std::nullopt : std::optional{umask()}, left_over_ ? &level.mine : nullptr)};
    }

    // Of a file that an earlier command left incomplete.
    Result<std::unique_ptr<Sink>> begin_behind(Level& level, const Entry& entry) {
        auto left = left_over_ ? level.folder.open_file(entry.name()) : std::optional<FileDescriptor>{};
        if (!left) return left.error();
        const auto found = *left ? look_at((*left)->get()) : Found{};
        if (!found) return found.error();
        if (!*left || found->size < entry.from() || level.mine.contains(found->inode)) {
            return Error{Errc::interrupted, "what was here of it is not any more"};
        }
        GrowingFile file{std::move(**left), entry.size(), &meter_};
        if (auto cut = file.continue_at(ByteCount{entry.from()}); !cut) return cut.error();
        return std::unique_ptr<Sink>{
            std::make_unique<TreeFile>(level.folder, entry, std::move(file), umask(), &level.mine)};
    }

    Status keep_in(Level& level, const Entry& entry) override {
        const auto found = level.folder.look(entry.name());
        if (!found) return found.error();
        const bool there = *found && (*found)->kind == Found::Kind::file && left_over_ &&
                           ByteCount{(*found)->size} == entry.size() && entry.mtime() &&
                           time_to_set(entry.mtime()) == (*found)->mtime;
        if (!there) return Error{Errc::refused, "not here, as it was said to be"};
        level.mine.insert((*found)->inode);
        return {};
    }

    Result<bool> wants_link(Level& level, const Entry&) override {
        if (auto room = meter_.take(level.folder.fd(), entry_cost); !room) return room.error();
        return true;
    }

    Status make_link(const HeldFolder& folder, const Link& link) override {
        const auto made = folder.make_link(link.name, link.target, link.mtime);
        if (!made) return made.error();
        return *made ? Status{} : Status{Errc::refused};
    }

    // What a command before this one left here, and the sender does not name any more.
    Status leaving(Level& level) override {
        if (!left_over_) return {};
        std::uint64_t removed = 0;
        return level.folder.list([&](const std::string& name) -> Status {
            const auto found = level.folder.look(name);
            if (!found) return found.error();
            if (!*found || level.mine.contains((*found)->inode)) return {};
            return level.folder.remove_all(name, removed);
        });
    }

    Result<std::string> finish(Level& top) override {
        if (lacked_room_) return *lacked_room_;
        // A folder that moves to another one must be writable: its ".." changes.
        const auto mode = mode_to_give(top.attributes->mode, 0777, umask());
        if (auto timed = set_time(top.folder.fd(), top.attributes->mtime); !timed) return timed.error();
        if (auto moded = top.folder.set_mode(mode | 0700); !moded) return moded.error();
        if (auto synced = partials_.sync_file_system(); !synced) return synced.error();
        auto final_name = name_;
        for (unsigned n = 2;; ++n) {
            const auto moved = partials_.move_folder(partial_, root_->held(), final_name);
            if (!moved) return moved.error();
            if (*moved) break;
            if (taken_ == Taken::refuse) return Error{Errc::refused, fmt::format("'{}' is there", name_)};
            if (n > most_numbers) return Error{Errc::local_io, "too many folders of that name are there"};
            final_name = numbered(name_, n, Named::folder);
        }
        placed_ = true;
        if ((mode & 0700) != 0700) {
            if (auto moded = top.folder.set_mode(mode); !moded) return moded.error();
            if (auto synced = top.folder.sync(); !synced) return synced.error();
        }
        root_->held().remove_folder_if_empty(OutputFolder::partial_folder);
        if (auto synced = root_->held().sync(); !synced) return synced.error();
        const auto& folder = root_->held().path();
        return (folder == "/" ? "" : folder) + "/" + final_name;
    }

    // Of a name that is taken: removes what an earlier command left; false, it is a folder, and one is
    // wanted.
    //   Errc::refused  it came in this delivery
    Result<bool> give_way(Level& level, const std::string& name, Found::Kind wanted) {
        const auto found = level.folder.look(name);
        if (!found) return found.error();
        if (!left_over_ || !*found || level.mine.contains((*found)->inode)) {
            return Error{Errc::refused, fmt::format("a second '{}' in one folder", name)};
        }
        if (wanted == Found::Kind::folder && (*found)->kind == wanted) return false;
        std::uint64_t removed = 0;
        if (auto gone = level.folder.remove_all(name, removed); !gone) return gone.error();
        return true;
    }

    static Error twice(const Entry& entry) {
        return Error{Errc::refused, fmt::format("a second '{}' in one folder", entry.name())};
    }

    std::shared_ptr<const OutputFolder> root_;
    HeldFolder partials_;
    std::string partial_, name_;
    bool left_over_;
    Taken taken_;
    RoomMeter meter_;
    std::optional<Error> lacked_room_;
    bool placed_ = false;
};

}  // namespace

std::string partial_tree_name(const PartialKey& key) {
    return key.file_name() + ".tree";
}

Result<std::unique_ptr<Tree>> build_tree(std::shared_ptr<const OutputFolder> root, std::string name,
                                         const Entry& entry, const PartialKey& key, AnyNames any,
                                         Taken taken) {
    const auto space = free_space(root->held().fd());
    if (!space) return space.error();
    if (auto fits = check_room(*space, entry_cost); !fits) return fits.error();
    if (taken == Taken::refuse) {
        const auto found = root->held().look(name);
        if (!found) return found.error();
        if (*found) return Error{Errc::refused, fmt::format("'{}' is there", name)};
    }
    auto claimed = claim(*root, key);
    if (!claimed) return claimed.error();
    return std::unique_ptr<Tree>{std::make_unique<BuiltTree>(std::move(root), std::move(*claimed),
                                                             std::move(name), entry, any, taken)};
}

}  // namespace p2pc::transfer
