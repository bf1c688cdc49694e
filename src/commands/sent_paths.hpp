// SentPaths: what a `send` takes along: paths, and what of the trees below them is left out.
//
// A value; the functions read the disk and belong on the pool.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <p2pc/base/result.hpp>
#include <string>
#include <vector>

#include "transfer/patterns.hpp"
#include "transfer/walk.hpp"

namespace p2pc::commands {

class SentPaths {
  public:
    std::vector<std::string> paths;     // as typed; "-" (stdin) at most once
    std::string stream_name = "stdin";  // --as: what "-" is called there
    std::optional<std::string> list;    // --files-from: more of them; "-" is stdin
    char list_separator = '\n';         // -0: a zero byte
    // What "-" is; null: stdin.
    std::function<std::unique_ptr<transfer::Source>()> stream;
    std::shared_ptr<transfer::SameContent> same;  // of all receivers; null: there is one
    transfer::Patterns exclude;                   // --exclude, --exclude-from
    transfer::GitIgnore gitignore = transfer::GitIgnore::no;

    // Whether they can be walked a second time: nothing of them comes from stdin.
    bool repeatable() const noexcept {
        return list != "-" && std::find(paths.begin(), paths.end(), "-") == paths.end();
    }
    bool empty() const noexcept { return paths.empty() && !list; }
};

// Ok when at least one of them can be sent, or nobody can say before the list is read; otherwise the first
// one's reason.
Status check_sendable(const SentPaths& sent);

// What an offer says of them before they are walked.
class Announced {
  public:
    std::uint64_t files = 0;             // 0: not known
    std::optional<std::uint64_t> total;  // of plain files alone
    std::string first_name;
};
Announced announced(const SentPaths& sent);

// The list is read as the walk goes on. Errc::local_io: it cannot be opened.
Result<std::unique_ptr<transfer::Walk>> open_walk(const SentPaths& sent,
                                                  std::shared_ptr<const transfer::SourceIds> ids);

}  // namespace p2pc::commands
