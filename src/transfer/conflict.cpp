#include "transfer/conflict.hpp"

#include "transfer/growing_file.hpp"

namespace p2pc::transfer {
namespace {

bool is_same(const Entry& entry, const Found& there, bool same_target) {
    if (entry.kind() == EntryKind::link) return there.kind == Found::Kind::link && same_target;
    return there.kind == Found::Kind::file && entry.size() == ByteCount{there.size} &&
           has_time(there, entry.mtime());
}

// What has no time was written just now.
bool is_at_least_as_new(const Found& there, const Entry& entry) {
    const auto asked = time_to_set(entry.mtime());
    if (!asked) return false;
    if (has_time(there, entry.mtime())) return true;
    return there.mtime.seconds > asked->seconds ||
           (there.mtime.seconds == asked->seconds && there.mtime.nanoseconds > asked->nanoseconds);
}

}  // namespace

bool has_time(const Found& there, const std::optional<FileTime>& mtime) {
    const auto asked = time_to_set(mtime);
    if (!asked || there.mtime.seconds != asked->seconds) return false;
    return there.mtime.nanoseconds == asked->nanoseconds || there.mtime.nanoseconds == 0;
}

Result<Verdict> judge(OnConflict policy, const Entry& entry, const Found& there, bool same_target) {
    if (there.kind == Found::Kind::folder) return Error{Errc::refused, "a folder of that name is there"};
    if (there.kind == Found::Kind::other) return Error{Errc::refused, "something special is there"};
    switch (policy) {
        case OnConflict::overwrite:
            return Verdict::give_way;
        case OnConflict::newer:
            return is_at_least_as_new(there, entry) ? Verdict::stay : Verdict::give_way;
        default:
            if (is_same(entry, there, same_target)) return Verdict::stay;
            return Error{Errc::refused, "another one is there"};
    }
}

Result<Verdict> judge_asked(OnConflict policy, const Entry& entry, const Found& there, bool same_target) {
    auto verdict = judge(policy, entry, there, same_target);
    if (verdict && is_same(entry, there, same_target)) return Verdict::stay;
    return verdict;
}

}  // namespace p2pc::transfer
