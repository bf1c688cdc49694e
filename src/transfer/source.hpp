// Source: where the bytes of one item come from.
//
// Opened late, so that a list of a thousand paths costs no descriptors. Calls block; they are made on a pool
// thread, one at a time; stop() alone may come from any thread. The destructor closes what open() opened.
#pragma once

#include <cstddef>
#include <memory>
#include <p2pc/base/result.hpp>
#include <span>
#include <string>

#include "transfer/entry.hpp"

namespace p2pc::transfer {

// The next part of an item: bytes, or a hole (zeros that are not there). No size: the item has ended.
struct Piece {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    bool hole = false;
};

class Source {
  public:
    virtual ~Source() = default;

    // As the user gave it (a path, "-"): for messages and records on this side only.
    virtual const std::string& label() const noexcept = 0;

    // REQUIRES: called once, first.
    //   Errc::local_io  not there, not readable, or not of a kind that can be sent; the detail says which
    virtual Result<Entry> open() = 0;

    // Fills `into`, as far as there is something; 0 is the end.
    //   Errc::source_changed  it is not what open() announced any more
    //   Errc::local_io        it cannot be read
    //   Errc::canceled        stop() was called
    // REQUIRES: open() succeeded, `into` is not empty.
    virtual Result<std::size_t> read(std::span<std::byte> into) = 0;

    // Ends a read() that waits for a pipe, and all later ones.
    virtual void stop() noexcept {}
};

// A regular file, read from start to end. FIFOs, sockets, devices and folders are refused by open() without
// waiting for, or disturbing, whoever has their other end. The last read() compares size, time and identity
// with what open() saw.
std::unique_ptr<Source> make_file_source(std::string path);

// A descriptor of unknown length such as stdin, borrowed: it must stay open while the source lives.
// `name` is what the receiver is told.
std::unique_ptr<Source> make_stream_source(int fd, std::string label, std::string name);

}  // namespace p2pc::transfer
