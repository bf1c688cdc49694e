#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "transfer/file_descriptor.hpp"
#include "transfer/source.hpp"

namespace p2pc::transfer {
namespace {

// Empty: a regular file.
std::string_view why_not(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFREG:
            return {};
        case S_IFDIR:
            return "directories are not supported by this version";
        case S_IFIFO:
            return "a FIFO cannot be sent (use '-' to send a stream)";
        case S_IFSOCK:
            return "a socket cannot be sent";
        case S_IFCHR:
        case S_IFBLK:
            return "a device cannot be sent";
        default:
            return "not a regular file";
    }
}

std::string last_component(const std::string& path) {
    const auto end = path.find_last_not_of('/');
    if (end == std::string::npos) return {};
    const auto slash = path.rfind('/', end);
    const auto start = slash == std::string::npos ? 0 : slash + 1;
    return path.substr(start, end + 1 - start);
}

bool same_file(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool same_content(const struct stat& a, const struct stat& b) {
    return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
           a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

class FileSource final : public Source {
  public:
    explicit FileSource(std::string path) : path_(std::move(path)) {}

    const std::string& label() const noexcept override { return path_; }

    Result<Entry> open() override {
        // Looked at before it is opened: opening a FIFO lets its writer go on, into a broken pipe.
        if (::stat(path_.c_str(), &before_) != 0) return failed("cannot send", errno);
        if (const auto why = why_not(before_.st_mode); !why.empty()) return unfit(why);
        file_ = FileDescriptor{::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
        if (!file_) return failed("cannot open", errno);
        if (::fstat(file_.get(), &before_) != 0) return failed("cannot send", errno);
        if (const auto why = why_not(before_.st_mode); !why.empty()) return unfit(why);
        ::posix_fadvise(file_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
        const FileTime mtime{before_.st_mtim.tv_sec, static_cast<std::uint32_t>(before_.st_mtim.tv_nsec)};
        return Entry::file(last_component(path_), ByteCount{size()}, before_.st_mode & 07777, mtime);
    }

    Result<std::size_t> read(std::span<std::byte> into) override {
        std::size_t filled = 0;
        while (filled < into.size()) {
            const auto got = ::read(file_.get(), into.data() + filled, into.size() - filled);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return failed("cannot read", errno);
            if (got == 0) break;
            filled += static_cast<std::size_t>(got);
        }
        done_ += filled;
        if (done_ > size()) return changed("it grew");
        if (filled > 0) return filled;
        if (done_ < size()) return changed("it was truncated");
        if (auto same = check_unchanged(); !same) return same.error();
        return std::size_t{0};
    }

  private:
    std::uint64_t size() const noexcept { return static_cast<std::uint64_t>(before_.st_size); }

    Status check_unchanged() const {
        struct stat after {};
        if (::stat(path_.c_str(), &after) != 0) return changed("it was deleted");
        if (!same_file(before_, after)) return changed("it was replaced");
        if (!same_content(before_, after)) return changed("it was written to");
        return {};
    }

    Error failed(std::string_view what, int number) const {
        // Reading never lacks space here and has no pipe, so every cause is local.
        return Error{Errc::local_io, io_error(fmt::format("{} '{}'", what, path_), number).detail()};
    }
    Error unfit(std::string_view why) const {
        return Error{Errc::local_io, fmt::format("'{}': {}", path_, why)};
    }
    Error changed(std::string_view how) const {
        return Error{Errc::source_changed, fmt::format("'{}': {}", path_, how)};
    }

    std::string path_;
    FileDescriptor file_;
    struct stat before_ {};
    std::uint64_t done_ = 0;
};

}  // namespace

std::unique_ptr<Source> make_file_source(std::string path) {
    return std::make_unique<FileSource>(std::move(path));
}

}  // namespace p2pc::transfer
