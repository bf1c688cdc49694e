// Output: where a delivery goes, and Sink: where the bytes of one of its items go.
//
// Calls block; they are made on a pool thread, one at a time; stop() alone may come from any thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <string>

#include "transfer/conflict.hpp"
#include "transfer/entry.hpp"
#include "transfer/names.hpp"
#include "transfer/partial_key.hpp"

namespace p2pc::transfer {

class GrowingFile;

class Sink {
  public:
    // The bad end: what was written is removed again, as far as that can be.
    virtual ~Sink() = default;

    //   Errc::no_space     the disk is full, or would be nearly
    //   Errc::reader_gone  the program behind the pipe closed it
    //   Errc::local_io     anything else
    //   Errc::canceled     Output::stop() was called
    virtual Status append(BytesView bytes) = 0;
    // The file it goes to, where it can be gone on with in the middle, repaired and have holes; null: it
    // cannot.
    virtual GrowingFile* file() noexcept { return nullptr; }

    // The good end: everything is on disk under its final name, or taken by the program behind the pipe.
    // Gives the absolute path, where there is one. Errors as append(); keep() may follow one.
    // REQUIRES: called once; the caller has compared the digest.
    virtual Result<std::optional<std::string>> commit(const Entry& entry) = 0;

    // The third end: the link is gone. What was written stays where a later command can go on with it.
    virtual void keep() noexcept {}
};

class Asking;
class Removal;
class Tree;

// Makes the key of an entry: asked only where a partial is wanted, which within a tree is seldom.
using KeyOf = std::function<PartialKey(const Entry&)>;

// What is here of an item that did not come to its end.
class Kept {
  public:
    std::uint64_t bytes = 0;  // whole MiB of it
    bool dropped = false;     // it was of another version of the item, and is gone now
};

class Output {
  public:
    virtual ~Output() = default;

    //   Errc::refused   the name cannot be taken, or this output takes one item only and had it
    //   Errc::no_space  there is no room for the announced size
    //   Errc::local_io  the folder cannot be used
    // Null: it is there already.
    virtual Result<std::unique_ptr<Sink>> begin(const Entry& entry, const KeyOf& key_of) = 0;

    // Where what the last begin() found there already is, if that may be told to the person here.
    virtual std::optional<std::string> there() const { return std::nullopt; }

    // A folder with what will be in it; errors as begin(). REQUIRES: no other tree of this output lives.
    virtual Result<std::unique_ptr<Tree>> begin_tree(const Entry& entry, const KeyOf& key_of);

    // Whether the file at the top that the sender was told is there is so. Errc::refused: it is not.
    virtual Status keep(const Entry& entry, const KeyOf& key_of);

    // Whether anything is here whose partial's name begins so (PartialKeys::account_prefix()).
    // Errc::local_io.
    virtual Result<bool> any_kept(const std::string&) { return false; }
    // Removes what may go, for good; how many went. Errc::local_io.
    virtual Result<std::uint64_t> remove(Removal& removal);

    // Whether what came of an item stays for another link to bring the rest.
    virtual bool keeps() const noexcept { return true; }
    // Whether a sender may ask what is here, to send what is not, and to have removed what it has not.
    virtual bool can_follow() const noexcept { return false; }
    // What answers a sender that asks; null: nobody does here. `removal` as Asking has it.
    virtual std::unique_ptr<Asking> asking(ByteCount max_size, Removal* removal);

    virtual void stop() noexcept {}
};

class OutputFolder;

// `receive -o FOLDER`: any number of items, each under its own cleaned name.
std::unique_ptr<Output> make_folder_output(std::shared_ptr<const OutputFolder> folder, AnyNames any,
                                           OnConflict policy = OnConflict::rename);

// `receive -o FILE`: one item under the receiver's name. REQUIRES: check_component(name).
std::unique_ptr<Output> make_named_output(std::shared_ptr<const OutputFolder> folder, std::string name,
                                          OnConflict policy = OnConflict::rename);

// `receive -o -`: one item's bytes to a borrowed descriptor such as stdout, which must outlive the output.
// REQUIRES: the process ignores SIGPIPE.
std::unique_ptr<Output> make_stream_output(int fd);

// What the value of -o means: "-" stdout, an existing folder or "PATH/" (made, with its parents) that folder,
// else the name of one file in an existing folder.
//   Errc::local_io  the folder is not there, is none, or cannot be made or opened
//   Errc::usage     the name cannot be one
Result<std::unique_ptr<Output>> open_output(const std::string& path, AnyNames any,
                                            OnConflict policy = OnConflict::rename);

}  // namespace p2pc::transfer
