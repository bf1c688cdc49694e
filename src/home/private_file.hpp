// Files only their owner may read: how they are opened, replaced and erased.
//
// A private file is a regular file of ours, without any permission for group or others, reached without
// following a link in its last component. Replacing is atomic: whoever reads, or comes after a crash, finds
// the old content or the new one. Only one process may replace at a time (lock.hpp).
#pragma once

#include <filesystem>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <string>
#include <string_view>

namespace p2pc::home {

// "'PATH': what", with the code of own state that cannot be trusted.
Error damaged(const std::filesystem::path& path, std::string_view what);
// "cannot VERB 'PATH': REASON" from errno, Errc::local_io.
Error io_trouble(std::string_view verb, const std::filesystem::path& path);

// The content may be a secret: the caller wipes it.
//   Errc::not_found   nothing there
//   Errc::corrupt     a link, not a regular file, of another owner, open to others, or over `max_size`
//   Errc::local_io    the system said no
Result<std::string> read_private_file(const std::filesystem::path& path, std::size_t max_size);

// Writes PATH.new (mode 0600), syncs it, renames it over PATH and syncs the folder. A PATH.new left by a
// crash is replaced. On failure the old content stays. Errc::local_io.
Status replace_private_file(const std::filesystem::path& path, std::string_view content);

// Overwrites the content with zeros, removes the name and syncs the folder. Absent is fine. Errc::local_io.
Status erase_private_file(const std::filesystem::path& path);

// Whether anything at all has this name, a dangling link included.
bool name_exists(const std::filesystem::path& path);

}  // namespace p2pc::home
