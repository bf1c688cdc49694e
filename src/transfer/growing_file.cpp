#include "transfer/growing_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "transfer/chunks.hpp"
#include "transfer/free_space.hpp"

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

// Senders may claim any time; these are what people and file systems can mean: 1901 to 9999.
constexpr std::int64_t earliest = -2'147'483'648;
constexpr std::int64_t latest = 253'402'300'799;

}  // namespace

mode_t mode_to_give(const std::optional<std::uint32_t>& claimed, mode_t ordinary, mode_t umask) noexcept {
    // Never set-user, set-group or sticky.
    return static_cast<mode_t>(claimed.value_or(ordinary)) & 0777 & ~umask;
}

std::optional<FileTime> time_to_set(const std::optional<FileTime>& mtime) noexcept {
    if (!mtime || mtime->nanoseconds >= 1'000'000'000) return std::nullopt;
    return FileTime{std::clamp(mtime->seconds, earliest, latest), mtime->nanoseconds};
}

Status set_time(int fd, const std::optional<FileTime>& mtime) {
    const auto time = time_to_set(mtime);
    if (!time) return {};
    timespec times[2] = {};
    times[0].tv_nsec = UTIME_OMIT;
    times[1].tv_sec = time->seconds;
    times[1].tv_nsec = static_cast<long>(time->nanoseconds);
    // A time the file system cannot hold is no reason to lose the file.
    if (::futimens(fd, times) != 0 && errno != EINVAL && errno != EOVERFLOW) {
        return io_error("cannot set the time", errno);
    }
    return {};
}

GrowingFile::GrowingFile(FileDescriptor file, std::optional<ByteCount> expected, RoomMeter* meter) noexcept
    : file_(std::move(file)), meter_(meter) {
    if (expected) expected_ = expected->value();
}

Status GrowingFile::append(BytesView bytes) {
    if (auto room = make_room(written_ + bytes.size()); !room) return room;
    std::uint64_t done = 0;
    auto written = write_at(written_, bytes, done);
    written_ += done;
    start_write_back();
    return written;
}

Status GrowingFile::append_hole(std::uint64_t count) {
    // What was allocated ahead would fill the hole, and the next one too.
    if (room_ > written_ && !trim()) return io_error("cannot give back space", errno);
    can_allocate_ = false;
    const auto size = static_cast<off_t>(written_ + count);
    if (size < 0) return io_error("cannot make the file longer", EFBIG);
    if (::ftruncate(file_.get(), size) != 0) return io_error("cannot make the file longer", errno);
    written_ += count;
    room_ = flushing_ = written_;
    return {};
}

Status GrowingFile::overwrite(std::uint64_t offset, BytesView bytes) {
    std::uint64_t done = 0;
    return write_at(offset, bytes, done);
}

Result<crypto::ChunkHash> GrowingFile::hash(std::uint64_t offset, std::size_t length) const {
    auto hash = hash_at(file_.get(), offset, length);
    if (!hash) return Error{Errc::local_io, hash.error().detail()};
    return hash;
}

Status GrowingFile::read(std::uint64_t offset, std::span<std::byte> into) const {
    const auto got = read_at(file_.get(), offset, into);
    if (!got) return got.error();
    return *got == into.size() ? Status{} : Status{Error{Errc::local_io, "a partial file was cut"}};
}

Status GrowingFile::continue_at(ByteCount size) {
    written_ = room_ = flushing_ = size.value();
    return trim() ? Status{} : Status{io_error("cannot cut a partial file", errno)};
}

Status GrowingFile::make_room(std::uint64_t until) {
    if (until <= room_) return {};
    if (meter_ != nullptr && until - room_ < mib && (!expected_ || *expected_ <= until)) {
        if (auto taken = meter_->take(file_.get(), until - room_); !taken) return taken;
        room_ = until;
        return {};
    }
    const auto space = free_space(file_.get());
    if (!space) return space.error();
    // There is no disk to lay out; making 256 MiB of pages takes 50 ms in which nothing else goes on.
    if (space->in_memory) can_allocate_ = false;
    auto goal = ahead_of(until);
    if (!check_room(*space, goal - room_)) goal = until;  // nearly full: no more than what is needed now
    if (auto fits = check_room(*space, goal - room_); !fits) return fits;
    if (auto allocated = allocate(goal); !allocated) return allocated;
    room_ = goal;
    return {};
}

// Up to where space is taken at once. A stream may end at any byte: it gets as much again as is there.
std::uint64_t GrowingFile::ahead_of(std::uint64_t until) const noexcept {
    if (expected_) return std::max(until, std::min(*expected_, written_ + allocate_ahead));
    return until + std::min(written_, allocate_ahead_of_stream);
}

// Small pieces are left to the file system, which puts them together itself.
Status GrowingFile::allocate(std::uint64_t until) {
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

bool GrowingFile::trim() noexcept {
    return ::ftruncate(file_.get(), static_cast<off_t>(written_)) == 0;
}

Status GrowingFile::write_at(std::uint64_t offset, BytesView bytes, std::uint64_t& done) {
    while (done < bytes.size()) {
        const auto left = bytes.subspan(static_cast<std::size_t>(done));
        const auto piece = left.first(std::min(left.size(), write_size));
        const auto took =
            ::pwrite(file_.get(), piece.data(), piece.size(), static_cast<off_t>(offset + done));
        if (took < 0 && errno == EINTR) continue;
        if (took < 0) return io_error("cannot write", errno);
        if (took == 0) return Error{Errc::local_io, "cannot write: nothing was taken"};
        done += static_cast<std::uint64_t>(took);
    }
    return {};
}

void GrowingFile::start_write_back() noexcept {
    if (written_ - flushing_ < write_back_step) return;
    // Only a hint; who commits the file syncs whether it was heard or not.
    ::sync_file_range(file_.get(), static_cast<off_t>(flushing_), static_cast<off_t>(written_ - flushing_),
                      SYNC_FILE_RANGE_WRITE);
    flushing_ = written_;
}

Status GrowingFile::finish(const Entry& entry, std::optional<mode_t> umask) {
    if (room_ > written_ && !trim()) return io_error("cannot give back space", errno);
    if (umask && ::fchmod(file_.get(), mode_to_give(entry.mode(), 0666, *umask)) != 0) {
        return io_error("cannot set the mode", errno);
    }
    return set_time(file_.get(), entry.mtime());
}

Status GrowingFile::sync() {
    if (::fsync(file_.get()) != 0) return io_error("cannot sync the file", errno);
    return {};
}

}  // namespace p2pc::transfer
