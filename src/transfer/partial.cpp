#include "transfer/partial.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "transfer/free_space.hpp"
#include "transfer/names.hpp"
#include "transfer/output_folder.hpp"

namespace p2pc::transfer {
namespace {

constexpr std::uint64_t mib = 1024 * 1024;

// As trust.md has it: a claimed size may take this much of the disk before its data comes.
constexpr std::uint64_t allocate_ahead = 256 * mib;
constexpr std::uint64_t allocate_ahead_of_stream = 64 * mib;

// Larger writes are slower on ext4, smaller ones cost calls (docs/decisions/0006-files.md has the figures).
constexpr std::size_t write_size = 128 * 1024;

// How much data gathers before its write-back is started.
constexpr std::uint64_t write_back_step = 8 * mib;

// More names than that are somebody's mistake, and trying them costs a call each.
constexpr unsigned most_numbers = 10'000;

// Senders may claim any time; these are what people and file systems can mean: 1901 to 9999.
constexpr std::int64_t earliest = -2'147'483'648;
constexpr std::int64_t latest = 253'402'300'799;

Status set_attributes(int fd, const Entry& entry) {
    // Never set-user, set-group or sticky. A stream has no mode: what a shell's redirection would give.
    const auto mode = entry.mode().value_or(0666) & 0777 & ~process_umask();
    if (::fchmod(fd, static_cast<mode_t>(mode)) != 0) return io_error("cannot set the mode", errno);
    const auto time = entry.mtime();
    if (!time || time->nanoseconds >= 1'000'000'000) return {};
    timespec times[2] = {};
    times[0].tv_nsec = UTIME_OMIT;
    times[1].tv_sec = std::clamp(time->seconds, earliest, latest);
    times[1].tv_nsec = static_cast<long>(time->nanoseconds);
    // A time the file system cannot hold is no reason to lose the file.
    if (::futimens(fd, times) != 0 && errno != EINVAL && errno != EOVERFLOW) {
        return io_error("cannot set the time", errno);
    }
    return {};
}

}  // namespace

Partial::Partial(std::shared_ptr<const OutputFolder> root, HeldFolder folder, std::string name,
                 FileDescriptor file, std::optional<ByteCount> expected)
    : root_(std::move(root)), folder_(std::move(folder)), name_(std::move(name)), file_(std::move(file)) {
    if (expected) expected_ = expected->value();
}

Partial::~Partial() {
    if (!root_) return;
    // Nobody can be told; a partial that stays is found and replaced, or cleaned, later.
    (void)folder_.remove(name_);
    root_->held().remove_folder_if_empty(OutputFolder::partial_folder);
}

Status Partial::append(BytesView bytes) {
    if (auto room = make_room(written_ + bytes.size()); !room) return room;
    auto done = write_all(bytes);
    start_write_back();
    return done;
}

Status Partial::make_room(std::uint64_t until) {
    if (until <= room_) return {};
    const auto space = free_space(file_.get());
    if (!space) return space.error();
    auto goal = ahead_of(until);
    if (!check_room(*space, goal - room_)) goal = until;  // nearly full: no more than what is needed now
    if (auto fits = check_room(*space, goal - room_); !fits) return fits;
    if (auto allocated = allocate(goal); !allocated) return allocated;
    room_ = goal;
    return {};
}

// Up to where space is taken at once. A stream may end at any byte: it gets as much again as is there.
std::uint64_t Partial::ahead_of(std::uint64_t until) const noexcept {
    if (expected_) return std::max(until, std::min(*expected_, written_ + allocate_ahead));
    return until + std::min(written_, allocate_ahead_of_stream);
}

// Small pieces are left to the file system, which puts them together itself.
Status Partial::allocate(std::uint64_t until) {
    if (!can_allocate_ || until - room_ < mib) return {};
    int failed = 0;
    do {
        const auto from = static_cast<off_t>(room_);
        const auto size = static_cast<off_t>(until - room_);
        failed = ::fallocate(file_.get(), FALLOC_FL_KEEP_SIZE, from, size) == 0 ? 0 : errno;
    } while (failed == EINTR);
    if (failed == EOPNOTSUPP || failed == ENOSYS) {
        can_allocate_ = false;  // then space is only looked at
        failed = 0;
    }
    if (failed != 0) return io_error("cannot allocate space", failed);
    return {};
}

// To the same size: gives back what was allocated beyond the data.
bool Partial::trim() noexcept {
    return ::ftruncate(file_.get(), static_cast<off_t>(written_)) == 0;
}

Status Partial::write_all(BytesView bytes) {
    while (!bytes.empty()) {
        const auto piece = bytes.first(std::min(bytes.size(), write_size));
        const auto done = ::pwrite(file_.get(), piece.data(), piece.size(), static_cast<off_t>(written_));
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return io_error("cannot write", errno);
        if (done == 0) return Error{Errc::local_io, "cannot write: nothing was taken"};
        written_ += static_cast<std::uint64_t>(done);
        bytes = bytes.subspan(static_cast<std::size_t>(done));
    }
    return {};
}

void Partial::start_write_back() noexcept {
    if (written_ - flushing_ < write_back_step) return;
    // Only a hint; commit() syncs whether it was heard or not.
    ::sync_file_range(file_.get(), static_cast<off_t>(flushing_), static_cast<off_t>(written_ - flushing_),
                      SYNC_FILE_RANGE_WRITE);
    flushing_ = written_;
}

Result<std::string> Partial::commit(const std::string& name, const Entry& entry) {
    if (room_ > written_ && !trim()) return io_error("cannot give back space", errno);
    if (auto set = set_attributes(file_.get(), entry); !set) return set.error();
    if (::fsync(file_.get()) != 0) return io_error("cannot sync the file", errno);
    auto final_name = name;
    for (unsigned n = 2;; ++n) {
        const auto moved = folder_.move(name_, root_->held(), final_name);
        if (!moved) return moved.error();
        if (*moved) break;
        if (n > most_numbers) return Error{Errc::local_io, "too many files of that name are there"};
        final_name = numbered(name, n);
    }
    const auto root = std::move(root_);  // from here on there is no partial
    root->held().remove_folder_if_empty(OutputFolder::partial_folder);
    if (auto synced = root->held().sync(); !synced) return synced.error();
    const auto& folder = root->held().path();
    return (folder == "/" ? "" : folder) + "/" + final_name;
}

void Partial::keep() && noexcept {
    trim();
    root_.reset();
}

}  // namespace p2pc::transfer
