// Walk: what a command's paths bring, one step at a time: files, folders with what is in them, links.
//
// Lazily: a tree of a million entries costs a descriptor and a buffer for each of at most 32 folders. Calls
// block; one at a time, from any thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <p2pc/base/result.hpp>
#include <string>
#include <vector>

#include "transfer/entry.hpp"
#include "transfer/left_out.hpp"
#include "transfer/patterns.hpp"
#include "transfer/same_content.hpp"
#include "transfer/source.hpp"
#include "transfer/source_folder.hpp"

namespace p2pc::transfer {

inline constexpr std::size_t deepest_tree = 32;  // folders open at once

// One of: an error about one path; a file or stream, as a source that is not open yet; anything else, as an
// entry.
class Step {
  public:
    static Step failed(std::string label, Error why);
    static Step source(std::unique_ptr<Source> from);
    static Step folder(Entry entry, std::shared_ptr<SourceFolder> folder);
    static Step link(Entry entry, std::string label);
    static Step up();

    const std::optional<Error>& error() const noexcept { return error_; }
    const std::optional<Entry>& entry() const noexcept { return entry_; }
    // As the user would name it; empty of an `up`.
    const std::string& label() const noexcept { return source_ ? source_->label() : label_; }
    std::unique_ptr<Source> take_source() { return std::move(source_); }
    Source* peek() const noexcept { return source_.get(); }
    // Of a folder: itself, entered once for whoever handles the step, who leaves it. Null in a walk that has
    // no folders on disk.
    const std::shared_ptr<SourceFolder>& opened() const noexcept { return folder_; }
    // Of a folder: the patterns by which something in it and below is left out.
    const std::vector<std::string>& left_out() const noexcept { return left_out_; }
    void set_left_out(std::vector<std::string> patterns) { left_out_ = std::move(patterns); }

  private:
    Step() = default;
    std::optional<Error> error_;
    std::optional<Entry> entry_;
    std::string label_;
    std::unique_ptr<Source> source_;
    std::shared_ptr<SourceFolder> folder_;
    std::vector<std::string> left_out_;
};

class Walk {
  public:
    virtual ~Walk() = default;
    // nullopt: that was all, and for good. Every folder is followed by its `up`.
    virtual std::optional<Step> next() = 0;
    // Nothing more of the folder that was entered last and is still open: its `up` is the next step.
    // REQUIRES: there is one.
    virtual void leave_folder() = 0;
};

// The sources, one after the other.
std::unique_ptr<Walk> make_list_walk(std::vector<std::unique_ptr<Source>> sources);

struct WalkRules {
    std::shared_ptr<const SourceIds> ids;  // null: nothing has a source
    Patterns exclude;
    GitIgnore gitignore = GitIgnore::no;              // the .gitignore files met in a tree count
    std::function<std::unique_ptr<Source>()> stream;  // what "-" is; unset: a path like any other
    // Others are sent the same: each file that a path names has the content that they get. Null: nobody is.
    std::shared_ptr<SameContent> same;
};

// Paths as the user gave them, one at a time; nullopt: that was all.
using NextPath = std::function<Result<std::optional<std::string>>()>;
NextPath paths_of(std::vector<std::string> paths);

// As cp -rH takes them: `dir` and `dir/` are the folder, "." and ".." and a path that ends in one of them
// what is in it. A path may be a symlink; one inside a tree is sent as a link when its target is relative and
// stays in the tree, and otherwise is an error about it. So are names the protocol does not take, what is
// neither file, folder nor link, and folders below the 32nd.
std::unique_ptr<Walk> make_path_walk(NextPath paths, WalkRules rules);

// Whether the user may name it: a readable file, or a folder that can be listed. Errc::local_io.
Status check_path(const std::string& path);
// How large the file is that the user named; nullopt: it is a folder. It is not opened.
//   Errc::local_io  not there, or of no kind that is sent
Result<std::optional<ByteCount>> size_of(const std::string& path);

}  // namespace p2pc::transfer
