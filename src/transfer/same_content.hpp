// SameContent: the receivers of one command get the same content of each file, though it is read for each of
// them alone.
//
// A file's size, time and identity when it was first opened, the hash of each of its chunks by whoever read
// that first, and the digest of the first who read all of it: whoever meets something else later has a source
// that changed (docs/decisions/0017-fan-out.md). Kept until the command ends, about 8 MiB at most: of the
// first 16,384 files, and of the first 256 GiB of them by chunks, of the rest by the digest of the whole.
// Safe from any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <p2pc/base/result.hpp>
#include <string>
#include <vector>

#include "transfer/source.hpp"

namespace p2pc::transfer {

class SameContent : public std::enable_shared_from_this<SameContent> {
  public:
    static constexpr std::size_t most_files = 16 * 1024;
    static constexpr std::size_t most_chunks = 256 * 1024;

    explicit SameContent(std::size_t files = most_files, std::size_t chunks = most_chunks)
        : files_left_(files), chunks_left_(chunks) {}

    // `file`, for one of its readers. Its open() also fails with Errc::source_changed.
    // REQUIRES: a regular file, known by its label; this is held by a shared_ptr.
    std::unique_ptr<Source> watch(std::unique_ptr<Source> file);

  private:
    class Watched;
    // What was met first of one file. A hash of zeros: nobody got there yet.
    class First {
      public:
        explicit First(const Entry& entry, std::size_t known_chunks)
            : size(entry.size()), mtime(entry.mtime()), source(entry.source()), chunks(known_chunks) {}
        bool is(const Entry& entry) const {
            return size == entry.size() && mtime == entry.mtime() && source == entry.source();
        }
        std::optional<ByteCount> size;
        std::optional<FileTime> mtime;
        SourceId source;
        std::vector<crypto::ChunkHash> chunks;
        crypto::ChunkHash digest{};  // a hash of it
    };

    // Null: there are too many files.
    Result<First*> opened(const std::string& label, const Entry& entry);
    bool agree(crypto::ChunkHash& first, const crypto::ChunkHash& now);

    std::mutex lock_;  // over all of it
    std::map<std::string, First> files_;
    std::size_t files_left_, chunks_left_;
};

}  // namespace p2pc::transfer
