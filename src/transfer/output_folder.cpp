#include "transfer/output_folder.hpp"

#include <fmt/format.h>

#include "transfer/free_space.hpp"

namespace p2pc::transfer {
namespace {

// How often another process may come in between before we give up; each round is a few system calls.
constexpr int most_rounds = 1000;

enum class Claim { ours, in_use, again };

// Tries to make `name` in `folder` ours: new, empty and locked.
Result<Claim> claim(const HeldFolder& folder, const std::string& name, FileDescriptor& file) {
    auto made = folder.create(name);
    if (!made) return made.error();
    if (*made) {
        // Between our two calls somebody may have taken it for a dead process's, and removed it.
        if (!take_lock((*made)->get()) || !folder.is_same(name, (*made)->get())) return Claim::again;
        file = std::move(**made);
        return Claim::ours;
    }
    auto left = folder.open_file(name);
    if (!left) return left.error();
    if (!*left) return Claim::again;
    if (!take_lock((*left)->get())) return Claim::in_use;
    // It is removed, never emptied: committing may have got as far as giving the file its final name.
    if (folder.is_same(name, (*left)->get())) {
        if (auto removed = folder.remove(name); !removed) return removed.error();
    }
    return Claim::again;
}

}  // namespace

Result<std::shared_ptr<const OutputFolder>> OutputFolder::open(const std::string& path, Missing missing,
                                                               Resolve resolve) {
    auto held = HeldFolder::open(path, missing, resolve);
    if (!held) return held.error();
    return std::shared_ptr<const OutputFolder>{new OutputFolder{std::move(*held)}};
}

Result<Partial> OutputFolder::create_partial(const PartialKey& key, std::optional<ByteCount> size,
                                             std::optional<ByteCount> stored) const {
    const auto space = free_space(held_.fd());
    if (!space) return space.error();
    const auto room = stored ? *stored : size.value_or(ByteCount{});
    if (auto fits = check_room(*space, room.value()); !fits) return fits.error();
    auto folder = held_.private_folder(partial_folder);
    if (!folder) return folder.error();
    unsigned copy = 1;
    for (int round = 0; round < most_rounds; ++round) {
        const auto name = copy == 1 ? key.file_name() : fmt::format("{}-{}", key.file_name(), copy);
        FileDescriptor file;
        const auto claimed = claim(*folder, name, file);
        if (!claimed && claimed.error().code() == Errc::not_found) {
            // The last one out removed the empty folder while we held it: make it again.
            folder = held_.private_folder(partial_folder);
            if (!folder) return folder.error();
            continue;
        }
        if (!claimed) return claimed.error();
        if (*claimed == Claim::in_use) ++copy;
        if (*claimed == Claim::ours) {
            return Partial{shared_from_this(), std::move(*folder), name, std::move(file), size};
        }
    }
    return Error{Errc::local_io,
                 fmt::format("'{}/{}' is changed all the time by others", held_.path(), partial_folder)};
}

}  // namespace p2pc::transfer
