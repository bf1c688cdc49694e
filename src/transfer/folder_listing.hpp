// FolderListing: the names in an open folder, a few at a time, in the order of the file system.
//
// A folder of a million names costs one buffer. One thread at a time.
#pragma once

#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <string>

namespace p2pc::transfer {

enum class FileType : std::uint8_t { unknown, regular, folder, link, fifo, socket, device };

FileType file_type_of(unsigned mode) noexcept;

// Why something of this type is not sent; empty: it can be.
std::string_view why_not_sent(FileType type) noexcept;

class FolderListing {
  public:
    class Name {
      public:
        std::string name;
        FileType type = FileType::unknown;  // unknown: the file system does not say
    };

    // `fd` is borrowed, and its position is ours alone.
    explicit FolderListing(int fd) : fd_(fd) {}

    // Without "." and ".."; nullopt: that was all. Errc::local_io.
    Result<std::optional<Name>> next();

  private:
    int fd_;
    Bytes buffer_;
    std::size_t at_ = 0, filled_ = 0;
};

}  // namespace p2pc::transfer
