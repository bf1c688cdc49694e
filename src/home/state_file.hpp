// StateFile: a private file of records that notices a missing or changed byte (docs/home.md, "Format").
//
//   p2pc KIND 1
//   NAME KEY=VALUE ...
//   end CHECKSUM            base32 of BLAKE2b-256 over every byte before this line
//
// A file with any fault is an error, and is left as it is: never repaired, never rewritten, never taken for
// an empty one.
#pragma once

#include <filesystem>
#include <p2pc/base/result.hpp>
#include <string>
#include <vector>

#include "home/lock.hpp"
#include "home/record.hpp"

namespace p2pc::home {

constexpr std::size_t max_state_file_size = 4 * 1024 * 1024;

class StateFile {
  public:
    StateFile(std::filesystem::path path, std::string_view kind) : path_(std::move(path)), kind_(kind) {}

    //   Errc::not_found   no such file
    //   Errc::corrupt     read_private_file's reasons; another kind; a newer version; truncated; changed
    //   Errc::local_io
    Result<std::vector<Record>> read() const;
    // Replaces the whole file. Errc::local_io, Errc::limit (over max_state_file_size; the old file stays)
    Status write(const HomeLock& held, const std::vector<Record>& records) const;
    // Absent is fine. Errc::local_io
    Status erase(const HomeLock& held) const;
    // Whether anything has this name.
    bool exists() const;

    // Errc::corrupt for this file, saying `what`.
    Error fault(std::string_view what) const;
    const std::filesystem::path& path() const noexcept { return path_; }

  private:
    std::filesystem::path path_;
    std::string kind_;
};

}  // namespace p2pc::home
