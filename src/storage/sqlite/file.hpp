// The database as a file: who may open it, and whether it is ours, before SQLite sees it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <p2pc/base/result.hpp>
#include <string_view>
#include <utility>

namespace p2pc::storage {

// A lock on a file of its own beside the database. Not on the database: closing any descriptor of that
// would drop the POSIX locks SQLite holds on it. flock() ends with the process, however it ends.
class FileLock {
  public:
    //   Errc::in_use    another holder, in this process or another
    //   Errc::local_io
    static Result<FileLock> take(const std::filesystem::path& file);
    FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    FileLock& operator=(FileLock&&) = delete;
    ~FileLock();

  private:
    explicit FileLock(int fd) : fd_(fd) {}
    int fd_;
};

enum class Presence { absent, present };

// Looks at the name only. Present means a regular file of ours that we may write and others may not read.
//   Errc::local_io  a folder, a link, read-only, open to others
Result<Presence> look_at(const std::filesystem::path& file);

// Reads the header: SQLite's, ours, and of no newer version.   Errc::corrupt, Errc::local_io
// REQUIRES: no connection to it is open in this process (see FileLock).
Status check_header(const std::filesystem::path& file, std::uint32_t newest_version);

// The folder with its missing parents, mode 0700; one that exists stays as it is.
Status make_folder(const std::filesystem::path& folder);

// An empty file where nothing was (O_EXCL), mode 0600.
Status make_empty(const std::filesystem::path& file);

// Gives `from` the name `to`, where nothing may be, and syncs the folder.   Errc::in_use  something is
Status publish(const std::filesystem::path& from, const std::filesystem::path& to);

// `file` with more at the end of its name: "db" and "-wal" is "db-wal".
std::filesystem::path beside(const std::filesystem::path& file, std::string_view suffix);

}  // namespace p2pc::storage
