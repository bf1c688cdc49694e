#include "transfer/asking.hpp"

#include "transfer/chunks.hpp"
#include "transfer/growing_file.hpp"
#include "transfer/kept_partials.hpp"
#include "transfer/tree.hpp"
#include "transfer/tree_built.hpp"

namespace p2pc::transfer {
namespace {

// The digest of a file as it lies there; empty when it cannot be read, or is not to be any more: a file of a
// stranger's that is all holes may be of any size.
std::string digest_of(int fd, std::uint64_t size, const std::atomic<bool>* stopped) {
    crypto::ChunkedDigest digest;
    for (std::uint64_t at = 0; at < size;) {
        if (stopped != nullptr && *stopped) return {};
        const auto length = static_cast<std::size_t>(std::min(size - at, chunk_size));
        Bytes chunk(length);
        const auto got = read_at(fd, at, chunk);
        if (!got || *got < length) return {};
        digest.update(chunk);
        at += length;
    }
    return digest.finish();
}

}  // namespace

Asking::Asking(std::shared_ptr<const OutputFolder> root, AnyNames any, OnConflict policy, ByteCount max_size,
               Removal* removal)
    : root_(std::move(root)), any_(any), policy_(policy), max_size_(max_size), removal_(removal) {}

Result<std::optional<HeldFolder>> Asking::open_top(const Entry& folder, const KeyOf& key_of) const {
    const auto name = clean_top_level(folder.name(), any_);
    if (!name) return name.error();
    if (merges(policy_)) return root_->held().open_folder(*name);
    // Its mode was 0700 from the start, so this makes nothing that is not there.
    auto partials = root_->held().open_folder(OutputFolder::partial_folder);
    if (!partials || !*partials) return partials;
    return (*partials)->open_folder(partial_tree_name(key_of(folder)));
}

void Asking::enter(const Entry& folder, const KeyOf& key_of, const std::vector<std::string>& left_out) {
    if (levels_.size() >= Tree::most_depth) {
        ++too_deep_;
        return;
    }
    Level level;
    if (levels_.empty()) {
        auto opened = open_top(folder, key_of);
        level.refused = !opened;
        if (opened) level.folder = std::move(*opened);
        if (policy_ == OnConflict::fail && !level.refused) {
            const auto name = clean_top_level(folder.name(), any_);
            const auto there = root_->held().look(*name);
            level.refused = !there || *there;
        }
    } else {
        const auto& above = levels_.back();
        level.refused = above.refused || !check_below_top(folder.name(), any_);
        if (!level.refused && above.folder) {
            auto opened = above.folder->open_folder(folder.name());
            // What an unfinished command left under that name gives way to a folder.
            level.refused = !opened && merges(policy_);
            if (opened) level.folder = std::move(*opened);
        }
    }
    if (removal_ != nullptr) {
        const auto top = clean_top_level(folder.name(), any_);
        removal_->named(folder.name());
        removal_->enter(levels_.empty() && top ? *top : folder.name(), left_out);
    }
    levels_.push_back(std::move(level));
}

Status Asking::up(Whole whole) {
    if (too_deep_ > 0) {
        --too_deep_;
        return {};
    }
    if (levels_.empty()) return Error{Errc::malformed, "an end of a folder that was not asked about"};
    const auto& level = levels_.back();
    if (removal_ != nullptr) {
        const bool here = level.folder && !level.refused;
        // What cannot be listed would not be removed either.
        (void)removal_->leave(here ? &*level.folder : nullptr, whole);
    }
    levels_.pop_back();
    return {};
}

Answer Asking::ask(const Entry& entry, const KeyOf& key_of) {
    if (removal_ != nullptr) removal_->named(entry.name());
    if (too_deep_ > 0 || (in_tree() && levels_.back().refused)) return Answer::refuse(Errc::refused);
    if (entry.size() && *entry.size() > max_size_) return Answer::refuse(Errc::refused);
    if (!in_tree()) {
        const auto name = clean_top_level(entry.name(), any_);
        if (!name || entry.kind() == EntryKind::link) return Answer::refuse(Errc::refused);
        return judge_file(root_->held(), *name, entry, key_of);
    }
    if (!check_below_top(entry.name(), any_)) return Answer::refuse(Errc::refused);
    if (entry.kind() == EntryKind::link && !check_link_target(entry.target(), levels_.size() - 1, any_)) {
        return Answer::refuse(Errc::refused);
    }
    const auto& folder = levels_.back().folder;
    if (!merges(policy_)) return folder ? judge_partial(*folder, entry) : Answer::send();
    return folder ? judge_file(*folder, entry.name(), entry, key_of) : send(entry, key_of);
}

// It is wanted; a part of it may be here.
Answer Asking::send(const Entry& entry, const KeyOf& key_of) const {
    if (entry.kind() != EntryKind::file) return Answer::send();
    const auto kept = look_for_partial(*root_, key_of(entry), entry);
    auto answer = Answer::send_from(kept ? kept->bytes : 0);
    if (kept && kept->dropped) answer.set_starts_over();
    return answer;
}

Answer Asking::judge_file(const HeldFolder& folder, const std::string& name, const Entry& entry,
                          const KeyOf& key_of) const {
    if (policy_ == OnConflict::rename) return send(entry, key_of);
    const auto there = folder.look(name);
    if (!there) return Answer::refuse(Errc::refused);
    if (!*there) return send(entry, key_of);
    if (policy_ == OnConflict::fail) return Answer::refuse(Errc::refused);
    bool same_target = false;
    if (entry.kind() == EntryKind::link) {
        const auto target = folder.link_target(name);
        same_target = target && *target && **target == entry.target();
    }
    const auto verdict = judge_asked(policy_, entry, **there, same_target);
    if (!verdict) return Answer::refuse(Errc::refused);
    return *verdict == Verdict::stay ? Answer::keep() : send(entry, key_of);
}

// A file has its time only when it was complete; what the disk did to it since, its digest tells.
Answer Asking::judge_partial(const HeldFolder& folder, const Entry& entry) const {
    if (entry.kind() != EntryKind::file || !entry.mtime()) return Answer::send();
    const auto there = folder.look(entry.name());
    if (!there || !*there || (*there)->kind != Found::Kind::file) return Answer::send();
    if (entry.size() < ByteCount{(*there)->size}) return Answer::send();
    if (entry.size() != ByteCount{(*there)->size} || time_to_set(entry.mtime()) != (*there)->mtime) {
        return Answer::send_from((*there)->size / chunk_size * chunk_size);
    }
    const auto file = folder.read_file(entry.name());
    if (!file || !*file) return Answer::send();
    auto digest = digest_of((*file)->get(), (*there)->size, stopped_);
    return digest.empty() ? Answer::send() : Answer::keep(std::move(digest));
}

}  // namespace p2pc::transfer
