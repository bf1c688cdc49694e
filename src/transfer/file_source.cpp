#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "transfer/chunks.hpp"
#include "transfer/file_descriptor.hpp"
#include "transfer/folder_listing.hpp"
#include "transfer/source.hpp"
#include "transfer/source_folder.hpp"

namespace p2pc::transfer {
namespace {

// Empty: a regular file. What a walk takes in another way is none here.
std::string_view why_not(mode_t mode) {
    const auto type = file_type_of(mode);
    if (type == FileType::regular) return {};
    if (type == FileType::folder) return "it is a directory, not a file";
    const auto why = why_not_sent(type);
    return why.empty() ? "not a regular file" : why;
}

bool same_file(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool same_content(const struct stat& a, const struct stat& b) {
    return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
           a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

// A file that is read in one call needs no advice to the kernel.
constexpr std::uint64_t one_read = 256 * 1024;

Error last_error() {
    return io_error({}, errno);
}

// Shorter ones are sent as the zeros they are read as: a message each would cost more.
constexpr std::uint64_t least_hole = 64 * 1024;

class FileSource final : public Source, public Rereader {
  public:
    FileSource(std::string path, std::shared_ptr<const SourceIds> ids)
        : path_(std::move(path)), name_(last_component(path_)), ids_(std::move(ids)) {}
    FileSource(std::shared_ptr<SourceFolder> folder, std::string name)
        : path_(folder->label_of(name)), name_(std::move(name)), folder_(std::move(folder)) {}

    const std::string& label() const noexcept override { return path_; }

    Result<Entry> open() override {
        // Looked at before it is opened: opening a FIFO lets its writer go on, into a broken pipe.
        if (!folder_) {
            if (auto seen = look(); !seen) return seen.error();
        }
        if (auto opened = open_file(); !opened) return opened.error();
        if (::fstat(file_.get(), &before_) != 0) return failed("cannot send", errno);
        if (const auto why = why_not(before_.st_mode); !why.empty()) return unfit(why);
        // Files without holes, nearly all, are never asked for them.
        sparse_ = stored() < size();
        if (size() > one_read) ::posix_fadvise(file_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
        return entry();
    }

    Result<Entry> look() override {
        if (auto seen = stat_by_name(before_); !seen) return failed("cannot send", seen.error());
        if (const auto why = why_not(before_.st_mode); !why.empty()) return unfit(why);
        return entry();
    }

    Result<std::size_t> read(std::span<std::byte> into) override {
        if (sparse_ && done_ < data_until_) {
            into = into.first(
                static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), data_until_ - done_)));
        }
        const auto got = read_at(file_.get(), done_, into);
        if (!got) return failed(got.error());
        done_ += *got;
        if (done_ > size()) return changed("it grew");
        if (*got > 0) return *got;
        if (done_ < size()) return changed("it was truncated");
        if (auto same = check_unchanged(); !same) return same.error();
        return std::size_t{0};
    }

    Result<std::uint64_t> skip_hole() override {
        if (!sparse_ || done_ < data_until_ || done_ >= size()) return std::uint64_t{0};
        const auto data = data_from(file_.get(), done_, size());
        data_until_ = hole_from(file_.get(), data, size());
        if (data - done_ < least_hole) return std::uint64_t{0};
        const auto skipped = std::min(data - done_, most_hole);
        if (skipped < data - done_) data_until_ = done_ + skipped;
        done_ += skipped;
        return skipped;
    }

    Rereader* rereader() noexcept override { return this; }

    void start_at(std::uint64_t offset) noexcept override {
        done_ = offset;
        data_until_ = offset;
    }

    Status read_again(std::uint64_t offset, std::span<std::byte> into) const override {
        const auto got = read_at(file_.get(), offset, into);
        if (!got) return failed(got.error());
        if (*got < into.size()) return changed("it was truncated");
        return {};
    }

    Result<crypto::ChunkHash> hash_again(std::uint64_t offset, std::size_t length) const override {
        auto hash = hash_at(file_.get(), offset, length);
        if (!hash) return failed(hash.error());
        return hash;
    }

  private:
    std::uint64_t size() const noexcept { return static_cast<std::uint64_t>(before_.st_size); }

    std::uint64_t stored() const noexcept { return static_cast<std::uint64_t>(before_.st_blocks) * 512; }

    Entry entry() const {
        const FileTime mtime{before_.st_mtim.tv_sec, static_cast<std::uint32_t>(before_.st_mtim.tv_nsec)};
        auto made = Entry::file(name_, ByteCount{size()}, before_.st_mode & 0777, mtime);
        if (stored() < size()) made.set_stored(ByteCount{stored()});
        made.set_source(folder_ ? folder_->id_of(name_, before_) : named_id());
        return made;
    }
    SourceId named_id() const { return ids_ ? ids_->of({}, absolute_path(path_), before_) : SourceId{}; }

    // What the name leads to: in a folder never through a symlink.
    Status stat_by_name(struct stat& found) const {
        if (!folder_) return ::stat(path_.c_str(), &found) == 0 ? Status{} : last_error();
        const auto at = folder_->descriptor();
        if (!at) return at.error();
        const auto done =
            ::fstatat(*at, name_.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 ? Status{} : last_error();
        folder_->rest();
        return done;
    }
    Status open_file() {
        int at = AT_FDCWD;
        int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
        if (folder_) {
            const auto above = folder_->descriptor();
            if (!above) return above.error();
            at = *above;
            flags |= O_NOFOLLOW;
        }
        file_ = FileDescriptor{::openat(at, folder_ ? name_.c_str() : path_.c_str(), flags)};
        const int why = errno;
        if (folder_) folder_->rest();
        return file_ ? Status{} : Status{failed("cannot open", why)};
    }

    Status check_unchanged() const {
        struct stat after {};
        if (!stat_by_name(after)) return changed("it was deleted");
        if (!same_file(before_, after)) return changed("it was replaced");
        if (!same_content(before_, after)) return changed("it was written to");
        return {};
    }

    Error failed(std::string_view what, int number) const {
        // Reading never lacks space here and has no pipe, so every cause is local.
        return Error{Errc::local_io, io_error(fmt::format("{} '{}'", what, path_), number).detail()};
    }
    Error failed(std::string_view what, const Error& why) const {
        return Error{Errc::local_io, fmt::format("{} '{}'{}", what, path_, why.detail())};
    }
    // Of a read: what is missing at the end is a change.
    Error failed(const Error& why) const {
        return Error{why.code(), fmt::format("'{}': {}", path_, why.detail())};
    }
    Error unfit(std::string_view why) const {
        return Error{Errc::local_io, fmt::format("'{}': {}", path_, why)};
    }
    Error changed(std::string_view how) const {
        return Error{Errc::source_changed, fmt::format("'{}': {}", path_, how)};
    }

    std::string path_;  // as the user would name it
    std::string name_;
    std::shared_ptr<SourceFolder> folder_;  // null: named by the user
    std::shared_ptr<const SourceIds> ids_;
    FileDescriptor file_;
    struct stat before_ {};
    std::uint64_t done_ = 0;
    bool sparse_ = false;
    std::uint64_t data_until_ = 0;  // of a sparse file: no hole worth a mention before here
};

}  // namespace

std::unique_ptr<Source> make_file_source(std::string path, std::shared_ptr<const SourceIds> ids) {
    return std::make_unique<FileSource>(std::move(path), std::move(ids));
}

std::unique_ptr<Source> make_file_source(std::shared_ptr<SourceFolder> folder, std::string name) {
    return std::make_unique<FileSource>(std::move(folder), std::move(name));
}

}  // namespace p2pc::transfer
