// Kept partials: what earlier commands left in the ".p2pc-partial" of an output folder.
//
// They are found by what they are (partial_key.hpp), and belong to whoever has their lock: one that another
// live process writes to is seen as not there. Calls block; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <p2pc/base/result.hpp>
#include <p2pc/base/strong.hpp>
#include <string>
#include <vector>

#include "transfer/output.hpp"
#include "transfer/output_folder.hpp"

namespace p2pc::transfer {

// The partial of `key`, locked, cut to whole MiB and ready to be gone on with; nullopt: there is none, or
// none of use: less than a MiB, larger than `size`, not a regular file of ours, or with a second name.
// Errc::local_io.
Result<std::optional<Partial>> reopen_partial(const OutputFolder& folder, const PartialKey& key,
                                              ByteCount size);

// What an item grows in: where the sender was told that so much of it is here (entry.from()) that, else a new
// one.
//   Errc::interrupted  what was here is not any more
//   otherwise as OutputFolder::create_partial()
Result<Partial> take_partial(const OutputFolder& folder, const PartialKey& key, const Entry& entry);

// What is here of an item; what is here of another version of it is removed. Errc::local_io.
Result<Kept> look_for_partial(const OutputFolder& folder, const PartialKey& key, const Entry& entry);

// Removes what is there of another version of the item; true: there was something. Errc::local_io.
Result<bool> drop_other_versions(const OutputFolder& folder, const PartialKey& key);

// Whether the name of anything kept begins with `prefix` (PartialKeys::account_prefix()). Errc::local_io.
Result<bool> any_partial(const OutputFolder& folder, const std::string& prefix);

// For `receive --partials`: one partial, of a file or of a whole tree.
class KeptPartial {
  public:
    std::string name;  // in the partial folder
    bool tree = false;
    std::uint64_t bytes = 0;  // of a tree: in all its files
    FileTime changed;         // when something was last written to it
    bool in_use = false;      // by a live process
};

// In the order of their names; empty where there is no partial folder. Errc::local_io.
Result<std::vector<KeptPartial>> list_partials(const OutputFolder& folder);
// Removes those that are not in use, and gives what it removed.
//   Errc::local_io  one could not be removed; those before it were
Result<std::vector<KeptPartial>> clean_partials(const OutputFolder& folder);

}  // namespace p2pc::transfer
