// OnConflict: the receiver's policy for what is there already, and what follows from it for one entry.
//
// Pure functions, safe from any thread.
#pragma once

#include <p2pc/base/result.hpp>

#include "transfer/entry.hpp"
#include "transfer/held_folder.hpp"

namespace p2pc::transfer {

enum class OnConflict {
    rename,     // what comes is put beside it, under another name
    overwrite,  // what comes takes its place
    skip,       // it stays; an entry that is not the same is refused
    newer,      // the newer one stays
    fail,       // what comes is refused
};

// Whether what comes is put into what is there, entry by entry, instead of beside it or not at all.
constexpr bool merges(OnConflict policy) noexcept {
    return policy == OnConflict::overwrite || policy == OnConflict::skip || policy == OnConflict::newer;
}

// What becomes of what is there.
enum class Verdict { give_way, stay };

// For a file, or a link whose target is the same or not, in place of `there`.
//   Errc::refused  a folder or something special is there, or skip would hide a difference
// REQUIRES: merges(policy).
Result<Verdict> judge(OnConflict policy, const Entry& entry, const Found& there, bool same_target);

// The same where the sender asks before it sends: what is the same need not come, whatever the policy.
Result<Verdict> judge_asked(OnConflict policy, const Entry& entry, const Found& there, bool same_target);

// As far as the file system keeps times: one that has whole seconds only has the second of a finer time.
bool has_time(const Found& there, const std::optional<FileTime>& mtime);

}  // namespace p2pc::transfer
