// Partial: a file on its way, under .p2pc-partial/ in the output folder, mode 0600.
//
// Three ends: commit() puts it under its final name, keep() leaves it for resume, and dropping it removes it.
// Whoever holds one holds its lock: no other process writes to it, takes it over or cleans it away.
// How it is written, growing_file.hpp says. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <p2pc/base/strong.hpp>
#include <string>

#include "transfer/entry.hpp"
#include "transfer/growing_file.hpp"
#include "transfer/held_folder.hpp"

namespace p2pc::transfer {

class OutputFolder;

// Whether a file is durable when it is in place, or when somebody syncs the file system.
enum class Sync { at_once, later };

class Partial {
  public:
    // What its final name may stand for already.
    enum class Over { nothing, file };

    // Made by OutputFolder::create_partial() and reopen_partial().
    Partial(std::shared_ptr<const OutputFolder> root, HeldFolder folder, std::string name,
            FileDescriptor file, std::optional<ByteCount> expected);
    Partial(Partial&&) noexcept = default;
    Partial& operator=(Partial&&) = delete;
    ~Partial();

    // Behind what is there. On an error the file holds a prefix of what was given, and may be kept.
    //   Errc::no_space  the disk is full, or would be nearly
    //   Errc::local_io  anything else
    Status append(BytesView bytes) { return file_.append(bytes); }
    // As GrowingFile has them (growing_file.hpp).
    GrowingFile& file() noexcept { return file_; }

    // Sets mode (permission bits only, less the umask) and time, syncs, moves to `name`, or to "name (2)" and
    // so on when it is taken, syncs the folder. Gives the absolute path. After an error it is a
    // partial still, unless only that last sync failed.
    // REQUIRES: check_component(name).
    Result<std::string> commit(const std::string& name, const Entry& entry);

    // The same into `to`, under `name` and no other; `to` is not synced.
    //   Errc::refused  something is there that may not be replaced
    Status commit_to(const HeldFolder& to, const std::string& name, const Entry& entry, Over over, Sync sync);

    // Leaves what was written, and nothing that was only allocated, in the partial folder.
    void keep() && noexcept;

    ByteCount size() const noexcept { return file_.size(); }
    const std::string& name() const noexcept { return name_; }

  private:
    std::shared_ptr<const OutputFolder> root_;  // null: ended
    HeldFolder folder_;
    std::string name_;
    GrowingFile file_;
};

}  // namespace p2pc::transfer
