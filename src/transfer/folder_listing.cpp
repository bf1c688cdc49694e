#include "transfer/folder_listing.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <cerrno>

#include "transfer/file_descriptor.hpp"

namespace p2pc::transfer {
namespace {

// A few hundred names; 32 folders deep that is half a MiB.
constexpr std::size_t buffer_size = 16 * 1024;

}  // namespace

FileType file_type_of(unsigned mode) noexcept {
    switch (mode & S_IFMT) {
        case S_IFREG:
            return FileType::regular;
        case S_IFDIR:
            return FileType::folder;
        case S_IFLNK:
            return FileType::link;
        case S_IFIFO:
            return FileType::fifo;
        case S_IFSOCK:
            return FileType::socket;
        case S_IFCHR:
        case S_IFBLK:
            return FileType::device;
        default:
            return FileType::unknown;
    }
}

std::string_view why_not_sent(FileType type) noexcept {
    switch (type) {
        case FileType::regular:
        case FileType::folder:
        case FileType::link:
            return {};
        case FileType::fifo:
            return "a FIFO cannot be sent (use '-' to send a stream)";
        case FileType::socket:
            return "a socket cannot be sent";
        case FileType::device:
            return "a device cannot be sent";
        case FileType::unknown:
            return "not a regular file";
    }
    return {};
}

Result<std::optional<FolderListing::Name>> FolderListing::next() {
    while (true) {
        if (at_ == filled_) {
            buffer_.resize(buffer_size);
            const auto got = ::getdents64(fd_, buffer_.data(), buffer_.size());
            if (got < 0) return io_error("cannot list the folder", errno);
            if (got == 0) return std::optional<Name>{};
            at_ = 0;
            filled_ = static_cast<std::size_t>(got);
        }
        const auto* const found = reinterpret_cast<const dirent64*>(buffer_.data() + at_);
        at_ += found->d_reclen;
        std::string name{found->d_name};
        if (name == "." || name == "..") continue;
        // DT_UNKNOWN is 0 and has no mode.
        return std::optional{Name{std::move(name), file_type_of(DTTOIF(found->d_type))}};
    }
}

}  // namespace p2pc::transfer
