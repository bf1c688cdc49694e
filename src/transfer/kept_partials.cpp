#include "transfer/kept_partials.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "transfer/chunks.hpp"

namespace p2pc::transfer {
namespace {

// nullopt: there is none.
Result<std::optional<HeldFolder>> partials_of(const OutputFolder& folder) {
    auto held = folder.held().private_folder(OutputFolder::partial_folder, Missing::refuse);
    if (held) return std::optional{std::move(*held)};
    if (held.error().code() == Errc::not_found) return std::optional<HeldFolder>{};
    return held.error();
}

// The file `name` if it is a file, of us alone, and nobody uses it; locked until it is closed.
std::optional<FileDescriptor> take_file(const HeldFolder& partials, const std::string& name) {
    auto file = partials.open_file(name);
    if (!file || !*file) return std::nullopt;
    struct stat found {};
    const bool ours =
        ::fstat((*file)->get(), &found) == 0 && found.st_uid == ::geteuid() && found.st_nlink == 1;
    if (!ours || !take_lock((*file)->get()) || !partials.is_same(name, (*file)->get())) return std::nullopt;
    return std::move(*file);
}

bool is_newer(const FileTime& a, const FileTime& b) {
    return a.seconds > b.seconds || (a.seconds == b.seconds && a.nanoseconds > b.nanoseconds);
}

// Adds what is in a folder, at any depth. A folder that cannot be read counts as empty.
Status weigh(const HeldFolder& folder, KeptPartial& into) {
    return folder.list([&](const std::string& name) -> Status {
        const auto found = folder.look(name);
        if (!found || !*found) return {};
        if (is_newer((*found)->mtime, into.changed)) into.changed = (*found)->mtime;
        if ((*found)->kind == Found::Kind::file) into.bytes += (*found)->size;
        if ((*found)->kind != Found::Kind::folder) return {};
        auto inner = folder.open_folder(name);
        return inner && *inner ? weigh(**inner, into) : Status{};
    });
}

// What `name` is; `lock` holds it where nobody else does.
Result<std::optional<KeptPartial>> examine(const HeldFolder& partials, const std::string& name,
                                           FileDescriptor& lock) {
    const auto found = partials.look(name);
    if (!found) return found.error();
    if (!*found) return std::optional<KeptPartial>{};
    KeptPartial partial;
    partial.name = name;
    partial.bytes = (*found)->size;
    partial.changed = (*found)->mtime;
    if ((*found)->kind == Found::Kind::folder) {
        partial.tree = true;
        partial.bytes = 0;
        auto folder = partials.open_folder(name);
        if (!folder) return folder.error();
        if (!*folder) return std::optional<KeptPartial>{};
        if (auto weighed = weigh(**folder, partial); !weighed) return weighed.error();
        lock = FileDescriptor{::fcntl((*folder)->fd(), F_DUPFD_CLOEXEC, 0)};
    } else if ((*found)->kind == Found::Kind::file) {
        auto file = partials.open_file(name);
        if (!file) return file.error();
        if (!*file) return std::optional<KeptPartial>{};
        lock = std::move(**file);
    }
    partial.in_use = lock && !take_lock(lock.get());
    return std::optional{partial};
}

// In the order of their names, each with the lock that examine() took.
template <class Each>
Status for_each(const HeldFolder& partials, Each each) {
    std::vector<std::string> names;
    auto listed = partials.list([&](const std::string& name) -> Status {
        names.push_back(name);
        return {};
    });
    if (!listed) return listed;
    std::sort(names.begin(), names.end());
    for (const auto& name : names) {
        FileDescriptor lock;
        auto partial = examine(partials, name, lock);
        if (!partial) return partial.error();
        if (!*partial) continue;
        if (auto done = each(std::move(**partial)); !done) return done;
    }
    return {};
}

}  // namespace

Result<std::optional<Partial>> reopen_partial(const OutputFolder& folder, const PartialKey& key,
                                              ByteCount size) {
    auto partials = partials_of(folder);
    if (!partials) return partials.error();
    if (!*partials) return std::optional<Partial>{};
    auto file = take_file(**partials, key.file_name());
    if (!file) return std::optional<Partial>{};
    const auto found = look_at(file->get());
    if (!found) return found.error();
    const auto whole = found->size - found->size % chunk_size;
    if (whole == 0 || found->size > size.value()) return std::optional<Partial>{};
    // It may have been on its way to its final name, with its final mode.
    if (::fchmod(file->get(), 0600) != 0) return io_error("cannot make a partial file private", errno);
    Partial partial{folder.shared_from_this(), std::move(**partials), key.file_name(), std::move(*file),
                    size};
    if (auto cut = partial.file().continue_at(ByteCount{whole}); !cut) {
        std::move(partial).keep();
        return cut.error();
    }
    return std::optional{std::move(partial)};
}

Result<Partial> take_partial(const OutputFolder& folder, const PartialKey& key, const Entry& entry) {
    if (entry.from() == 0) {
        // Of a sparse file room is needed for its data alone.
        auto room = entry.size();
        if (room && entry.stored() && *entry.stored() < *room) room = entry.stored();
        return folder.create_partial(key, entry.size(), room);
    }
    auto partial = reopen_partial(folder, key, entry.size().value_or(ByteCount{}));
    if (!partial) return partial.error();
    if (*partial && (*partial)->size().value() >= entry.from()) {
        // What came after we said how much is here is sent again.
        if (auto cut = (*partial)->file().continue_at(ByteCount{entry.from()}); !cut) return cut.error();
        return std::move(**partial);
    }
    if (*partial) std::move(**partial).keep();
    return Error{Errc::interrupted, "what was here of it is not any more"};
}

Result<Kept> look_for_partial(const OutputFolder& folder, const PartialKey& key, const Entry& entry) {
    Kept kept;
    if (!is_lasting(entry) || !entry.size()) return kept;
    auto partial = reopen_partial(folder, key, *entry.size());
    if (!partial) return partial.error();
    if (*partial) {
        kept.bytes = (*partial)->size().value();
        std::move(**partial).keep();
        return kept;
    }
    const auto dropped = drop_other_versions(folder, key);
    if (!dropped) return dropped.error();
    kept.dropped = *dropped;
    return kept;
}

Result<bool> drop_other_versions(const OutputFolder& folder, const PartialKey& key) {
    auto partials = partials_of(folder);
    if (!partials) return partials.error();
    if (!*partials) return false;
    bool dropped = false;
    auto done = (*partials)->list([&](const std::string& name) -> Status {
        if (!name.starts_with(key.item_prefix()) || name.starts_with(key.file_name())) return {};
        if (!take_file(**partials, name)) return {};
        auto removed = (*partials)->remove(name);
        dropped = dropped || removed.ok();
        return removed;
    });
    if (!done) return done.error();
    return dropped;
}

Result<bool> any_partial(const OutputFolder& folder, const std::string& prefix) {
    auto partials = partials_of(folder);
    if (!partials) return partials.error();
    if (!*partials) return false;
    bool any = false;
    auto listed = (*partials)->list([&](const std::string& name) -> Status {
        any = any || name.starts_with(prefix);
        return {};
    });
    if (!listed) return listed.error();
    return any;
}

Result<std::vector<KeptPartial>> list_partials(const OutputFolder& folder) {
    std::vector<KeptPartial> kept;
    auto partials = partials_of(folder);
    if (!partials) return partials.error();
    if (!*partials) return kept;
    auto done = for_each(**partials, [&](KeptPartial partial) -> Status {
        kept.push_back(std::move(partial));
        return {};
    });
    if (!done) return done.error();
    return kept;
}

Result<std::vector<KeptPartial>> clean_partials(const OutputFolder& folder) {
    std::vector<KeptPartial> cleaned;
    auto partials = partials_of(folder);
    if (!partials) return partials.error();
    if (!*partials) return cleaned;
    auto done = for_each(**partials, [&](KeptPartial partial) -> Status {
        if (partial.in_use) return {};
        std::uint64_t entries = 0;
        if (auto removed = (*partials)->remove_all(partial.name, entries); !removed) return removed;
        cleaned.push_back(std::move(partial));
        return {};
    });
    folder.held().remove_folder_if_empty(OutputFolder::partial_folder);
    if (!done) return done.error();
    return cleaned;
}

}  // namespace p2pc::transfer
