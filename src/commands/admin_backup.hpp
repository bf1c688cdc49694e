// BackupFile: a backup as it comes from the server, under its own name only when it is whole.
//
// Written as FILE.part, mode 0600, by the user who asked; then synced and named, never over anything.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>

namespace p2pc::commands {

class BackupFile {
  public:
    //   Errc::local_io  something has that name, or the system says no
    static Result<BackupFile> create(const std::filesystem::path& file);
    BackupFile(BackupFile&& other) noexcept;
    BackupFile& operator=(BackupFile&&) = delete;
    // Removes what is not whole.
    ~BackupFile();

    Status add(BytesView piece);
    // The last byte has come.
    //   Errc::local_io  something has that name now, or the disk's trouble
    Status commit(std::uint64_t size);
    std::uint64_t size() const noexcept { return size_; }

  private:
    BackupFile(std::filesystem::path file, std::filesystem::path part, int fd)
        : file_(std::move(file)), part_(std::move(part)), fd_(fd) {}
    std::filesystem::path file_, part_;
    int fd_;
    std::uint64_t size_ = 0;
};

}  // namespace p2pc::commands
