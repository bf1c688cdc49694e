// Source: where the bytes of one item come from.
//
// Opened late, so that a list of a thousand paths costs no descriptors. Calls block; they are made on a pool
// thread, one at a time; stop() and the reads of a Rereader alone may come from any thread. The destructor
// closes what open() opened.
#pragma once

#include <cstddef>
#include <memory>
#include <p2pc/base/result.hpp>
#include <span>
#include <string>

#include "crypto/digest.hpp"
#include "transfer/entry.hpp"

namespace p2pc::transfer {

// The next part of an item: bytes, or a hole (zeros that are not there). No size: the item has ended.
struct Piece {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    bool hole = false;
};

class SourceFolder;
class SourceIds;

// The other side has a part of it already: what a source must be able to do then.
class Rereader {
  public:
    virtual ~Rereader() = default;

    // read() goes on at `offset`. REQUIRES: open() succeeded, `offset` is at most the announced size.
    virtual void start_at(std::uint64_t offset) noexcept = 0;

    // The two for any thread, beside read(); both as read() for errors.
    // Fills `into` with what is at `offset`. REQUIRES: it ends within the announced size.
    virtual Status read_again(std::uint64_t offset, std::span<std::byte> into) const = 0;
    // As crypto::chunk_hash() of it. A hole is not read.
    virtual Result<crypto::ChunkHash> hash_again(std::uint64_t offset, std::size_t length) const = 0;
};

// Others are sent the same item: what all of them must agree about.
class Agreement {
  public:
    virtual ~Agreement() = default;

    // Both, of what was read, at any time after open() and as often as it is read:
    //   Errc::source_changed  it is not what another one read
    virtual Status chunk(std::uint64_t index, const crypto::ChunkHash& hash) = 0;
    virtual Status whole(const std::string& digest) = 0;
};

class Source {
  public:
    // Keeps one call of whoever takes holes short: chunks of zeros cost a few nanoseconds each.
    static constexpr std::uint64_t most_hole = std::uint64_t{1} << 40;

    virtual ~Source() = default;

    // As the user gave it (a path, "-"): for messages and records on this side only.
    virtual const std::string& label() const noexcept = 0;

    // REQUIRES: called once, first.
    //   Errc::local_io  not there, not readable, or not of a kind that can be sent; the detail says which
    virtual Result<Entry> open() = 0;

    // What open() would give now, without opening it. Errors as open(), and
    //   Errc::unsupported  nobody can say: a pipe
    virtual Result<Entry> look() { return Errc::unsupported; }

    // Fills `into`, as far as there is something; 0 is the end.
    //   Errc::source_changed  it is not what open() announced any more
    //   Errc::local_io        it cannot be read
    //   Errc::canceled        stop() was called
    // REQUIRES: open() succeeded, `into` is not empty.
    virtual Result<std::size_t> read(std::span<std::byte> into) = 0;

    // So many zeros that are stored nowhere come next, and read() goes on behind them; at most most_hole.
    // 0: none, or short ones, or nobody knows. Between holes read() stops where the next one begins.
    //   Errc::canceled  stop() was called
    // REQUIRES: open() succeeded.
    virtual Result<std::uint64_t> skip_hole() { return std::uint64_t{0}; }

    // What can be read anywhere and again; null for what passes once, such as a pipe.
    virtual Rereader* rereader() noexcept { return nullptr; }

    // Asked after open(); null: nobody else is sent it, or all of them are by one stream.
    virtual Agreement* agreement() noexcept { return nullptr; }

    // Ends a read() that waits for a pipe, and all later ones.
    virtual void stop() noexcept {}
};

// A regular file; it is a Rereader. FIFOs, sockets, devices and folders are refused by open() without
// waiting for, or disturbing, whoever has their other end. The last read() compares size, time and identity
// with what open() saw. `ids` may be null: then its entry has no source.
std::unique_ptr<Source> make_file_source(std::string path, std::shared_ptr<const SourceIds> ids = nullptr);

// The file `name` in a folder of a tree, never through a symlink. REQUIRES: it was regular when it was met.
std::unique_ptr<Source> make_file_source(std::shared_ptr<SourceFolder> folder, std::string name);

// A descriptor of unknown length such as stdin, borrowed: it must stay open while the source lives.
// `name` is what the receiver is told.
std::unique_ptr<Source> make_stream_source(int fd, std::string label, std::string name);

}  // namespace p2pc::transfer
