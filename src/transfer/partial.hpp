// Partial: a file on its way, under .p2pc-partial/ in the output folder, mode 0600.
//
// Three ends: commit() puts it under its final name, keep() leaves it for resume, and dropping it removes it.
// Space is allocated at most 256 MiB ahead of the data, for data only, and some is always left free
// (free_space.hpp). Write-back is started as data arrives, so that the sync of commit() is short. One thread
// at a time.
#pragma once

#include <memory>
#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <p2pc/base/strong.hpp>
#include <string>

#include "transfer/entry.hpp"
#include "transfer/file_descriptor.hpp"
#include "transfer/held_folder.hpp"

namespace p2pc::transfer {

class OutputFolder;

class Partial {
  public:
    // Made by OutputFolder::create_partial().
    Partial(std::shared_ptr<const OutputFolder> root, HeldFolder folder, std::string name,
            FileDescriptor file, std::optional<ByteCount> expected);
    Partial(Partial&&) noexcept = default;
    Partial& operator=(Partial&&) = delete;
    ~Partial();

    // Behind what is there. On an error the file holds a prefix of what was given, and may be kept.
    //   Errc::no_space  the disk is full, or would be nearly
    //   Errc::local_io  anything else
    Status append(BytesView bytes);

    // Sets mode (permission bits only, less the umask) and time, syncs, moves to `name`, or to "name (2)" and
    // so on when it is taken, syncs the folder. Gives the absolute path. After an error it is a
    // partial still, unless only that last sync failed.
    // REQUIRES: check_component(name).
    Result<std::string> commit(const std::string& name, const Entry& entry);

    // Leaves what was written, and nothing that was only allocated, in the partial folder.
    void keep() && noexcept;

    ByteCount size() const noexcept { return ByteCount{written_}; }
    const std::string& name() const noexcept { return name_; }

  private:
    Status make_room(std::uint64_t until);
    std::uint64_t ahead_of(std::uint64_t until) const noexcept;
    Status allocate(std::uint64_t until);
    bool trim() noexcept;
    Status write_all(BytesView bytes);
    void start_write_back() noexcept;

    std::shared_ptr<const OutputFolder> root_;  // null: ended
    HeldFolder folder_;
    std::string name_;
    FileDescriptor file_;
    std::optional<std::uint64_t> expected_;
    std::uint64_t written_ = 0;
    std::uint64_t room_ = 0;      // bytes from the start for which space was found
    std::uint64_t flushing_ = 0;  // bytes from the start whose write-back was started
    bool can_allocate_ = true;
};

}  // namespace p2pc::transfer
