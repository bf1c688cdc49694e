// Entry: what a sender says about one item before its bytes, and ItemEnd: what it says after them.
//
// Values only. On the sending side they are facts; on the receiving side they are claims of a stranger and
// nothing in them is trusted: the name is cleaned or refused (names.hpp), the size is a limit, not a promise.
#pragma once

#include <cstdint>
#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/strong.hpp>
#include <string>
#include <utility>

namespace p2pc::transfer {

// A tree travels as a walk: `folder` opens one inside the last, what follows is in it, `up` closes it.
enum class EntryKind : std::uint8_t {
    file = 1,    // a regular file of known size
    stream = 2,  // bytes of unknown number: a pipe
    folder = 3,  // mode and time are set when it is closed
    link = 4,    // a symlink
    up = 5,      // has no name
};

// Which source an item comes from, in the sender's own terms; all zero: unknown, never to be resumed.
using SourceId = ByteArray<16>;

// Since 1970, UTC; before it `seconds` is negative.
struct FileTime {
    std::int64_t seconds = 0;
    std::uint32_t nanoseconds = 0;
    friend bool operator==(const FileTime&, const FileTime&) = default;
};

class Entry {
  public:
    static Entry file(std::string name, ByteCount size, std::optional<std::uint32_t> mode,
                      std::optional<FileTime> mtime) {
        return Entry{EntryKind::file, std::move(name), size, mode, mtime};
    }
    static Entry stream(std::string name) {
        return Entry{EntryKind::stream, std::move(name), std::nullopt, std::nullopt, std::nullopt};
    }
    static Entry folder(std::string name, std::optional<std::uint32_t> mode, std::optional<FileTime> mtime) {
        return Entry{EntryKind::folder, std::move(name), std::nullopt, mode, mtime};
    }
    static Entry link(std::string name, std::string target, std::optional<FileTime> mtime) {
        Entry made{EntryKind::link, std::move(name), std::nullopt, std::nullopt, mtime};
        made.target_ = std::move(target);
        return made;
    }
    static Entry up() { return Entry{EntryKind::up, {}, std::nullopt, std::nullopt, std::nullopt}; }
    // As it came over the wire, in any combination; Incoming::begin() judges it.
    Entry(EntryKind kind, std::string name, std::optional<ByteCount> size, std::optional<std::uint32_t> mode,
          std::optional<FileTime> mtime)
        : kind_(kind), name_(std::move(name)), size_(size), mode_(mode), mtime_(mtime) {}

    EntryKind kind() const noexcept { return kind_; }
    const std::string& name() const noexcept { return name_; }  // one component, any bytes
    std::optional<ByteCount> size() const noexcept { return size_; }
    std::optional<std::uint32_t> mode() const noexcept { return mode_; }  // permission bits
    std::optional<FileTime> mtime() const noexcept { return mtime_; }
    const std::string& target() const noexcept { return target_; }  // of a link
    const SourceId& source() const noexcept { return source_; }

    // Of a sparse file: about so many of its bytes are data, the rest are holes.
    std::optional<ByteCount> stored() const noexcept { return stored_; }

    // So much of it the receiver said it has already; the data begins there.
    std::uint64_t from() const noexcept { return from_; }
    // The algorithm of the checksum its end will have; empty: none.
    const std::string& checksum() const noexcept { return checksum_; }

    void set_stored(ByteCount stored) { stored_ = stored; }
    void set_from(std::uint64_t from) { from_ = from; }
    void set_checksum(std::string algorithm) { checksum_ = std::move(algorithm); }
    void set_target(std::string target) { target_ = std::move(target); }
    void set_source(const SourceId& source) { source_ = source; }

  private:
    EntryKind kind_;
    std::string name_;
    std::optional<ByteCount> size_;
    std::optional<std::uint32_t> mode_;
    std::optional<FileTime> mtime_;
    std::string target_;
    SourceId source_{};
    std::optional<ByteCount> stored_;
    std::uint64_t from_ = 0;
    std::string checksum_;
};

class ItemEnd {
  public:
    ItemEnd(ByteCount size, std::string digest) : size_(size), digest_(std::move(digest)) {}
    ByteCount size() const noexcept { return size_; }
    const std::string& digest() const noexcept { return digest_; }  // "algorithm:hex" (crypto/digest.hpp)
    // The same for one that people compare (crypto/checksum.hpp); empty: none was asked for.
    const std::string& checksum() const noexcept { return checksum_; }
    void set_checksum(std::string checksum) { checksum_ = std::move(checksum); }

  private:
    ByteCount size_;
    std::string digest_, checksum_;
};

}  // namespace p2pc::transfer
