// LeftOut: what the user's patterns and the .gitignore files met on the way leave out of a walk.
//
// The user's patterns say the last word, as if they stood in a .gitignore of the outermost folder; then the
// innermost .gitignore that says something. One thread at a time.
#pragma once

#include <p2pc/base/result.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "transfer/patterns.hpp"

namespace p2pc::transfer {

enum class GitIgnore : bool { no, yes };

class LeftOut {
  public:
    LeftOut(Patterns exclude, GitIgnore gitignore) : exclude_(std::move(exclude)), gitignore_(gitignore) {}

    // The walk goes into an open folder; the outermost has no name.
    void enter(int fd, std::string_view name);
    void leave();

    // Of something in the folder entered last.
    bool leaves_out(std::string_view name, IsFolder folder);
    // Of what the user named: only patterns without a place in a tree say something about it.
    bool leaves_out_named(std::string_view name, IsFolder folder) const;

    // The patterns that begin to count in the folder entered last.
    std::vector<std::string> lines_here() const;

  private:
    struct Level {
        std::size_t begin;  // where in path_ what is in it begins
        Patterns patterns;
    };
    void read_gitignore(int fd, Patterns& into) const;

    Patterns exclude_;
    GitIgnore gitignore_;
    std::string path_;  // of the folder entered last below the outermost, with a slash behind each
    std::vector<Level> levels_;
    std::size_t with_patterns_ = 0;  // of the levels
};

}  // namespace p2pc::transfer
