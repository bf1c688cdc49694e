// The embedded database behind the store seam: SQLite in one file.
#pragma once

#include <filesystem>
#include <memory>
#include <p2pc/base/result.hpp>

#include "storage/directory_store.hpp"

namespace p2pc::storage {

// Opens the database in `file`, or makes it (mode 0600, missing folders 0700) where nothing is. Brings an
// older schema up to date. Holds `file`.lock until the store is destroyed or the process dies. A file
// that is refused is left as it was, byte for byte.
//   Errc::in_use    another process, or this one, has it open
//   Errc::corrupt   empty, not ours, damaged, or of a newer version
//   Errc::local_io  a folder, a link, read-only, open to others, or the disk's trouble
Result<std::unique_ptr<DirectoryStore>> open_sqlite_store(const std::filesystem::path& file);

}  // namespace p2pc::storage
