#include "transfer/partial.hpp"

#include "transfer/names.hpp"
#include "transfer/output_folder.hpp"

namespace p2pc::transfer {
namespace {

// More names than that are somebody's mistake, and trying them costs a call each.
constexpr unsigned most_numbers = 10'000;

}  // namespace

Partial::Partial(std::shared_ptr<const OutputFolder> root, HeldFolder folder, std::string name,
                 FileDescriptor file, std::optional<ByteCount> expected)
    : root_(std::move(root)),
      folder_(std::move(folder)),
      name_(std::move(name)),
      file_(std::move(file), expected) {}

Partial::~Partial() {
    if (!root_) return;
    // Nobody can be told; a partial that stays is found and replaced, or cleaned, later.
    (void)folder_.remove(name_);
    root_->held().remove_folder_if_empty(OutputFolder::partial_folder);
}

Result<std::string> Partial::commit(const std::string& name, const Entry& entry) {
    if (auto finished = file_.finish(entry, process_umask()); !finished) return finished.error();
    if (auto synced = file_.sync(); !synced) return synced.error();
    auto final_name = name;
    for (unsigned n = 2;; ++n) {
        const auto moved = folder_.move(name_, root_->held(), final_name);
        if (!moved) return moved.error();
        if (*moved) break;
        if (n > most_numbers) return Error{Errc::local_io, "too many files of that name are there"};
        final_name = numbered(name, n);
    }
    const auto root = std::move(root_);  // from here on there is no partial
    root->held().remove_folder_if_empty(OutputFolder::partial_folder);
    if (auto synced = root->held().sync(); !synced) return synced.error();
    const auto& folder = root->held().path();
    return (folder == "/" ? "" : folder) + "/" + final_name;
}

Status Partial::commit_to(const HeldFolder& to, const std::string& name, const Entry& entry, Over over,
                          Sync sync) {
    if (auto finished = file_.finish(entry, process_umask()); !finished) return finished;
    if (sync == Sync::at_once) {
        if (auto synced = file_.sync(); !synced) return synced;
    }
    if (over == Over::file) {
        if (auto moved = folder_.move_over(name_, to, name); !moved) return moved;
    } else {
        const auto moved = folder_.move(name_, to, name);
        if (!moved) return moved.error();
        if (!*moved) return Error{Errc::refused, "something of that name is there"};
    }
    const auto root = std::move(root_);  // from here on there is no partial
    root->held().remove_folder_if_empty(OutputFolder::partial_folder);
    return {};
}

void Partial::keep() && noexcept {
    file_.trim();
    root_.reset();
}

}  // namespace p2pc::transfer
