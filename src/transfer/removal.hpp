// Removal: what `send --delete` may remove here: what is in folders that were sent whole, and was neither
// named nor left out by a pattern (docs/protocol.md, "Questions").
//
// It goes along with a walk, folder by folder, and remembers no more than the names of the folders that are
// open and what may go. Nothing is removed before all of the delivery has come. One thread at a time.
#pragma once

#include <cstdint>
#include <p2pc/base/result.hpp>
#include <string>
#include <unordered_set>
#include <vector>

#include "transfer/held_folder.hpp"
#include "transfer/patterns.hpp"

namespace p2pc::transfer {

enum class Whole { no, yes };

class Removal {
  public:
    // Into a folder; `name` is what it is called here. `left_out`: patterns for what is in it and below.
    void enter(std::string name, const std::vector<std::string>& left_out);
    // An entry of the folder was named, whatever became of it.
    void named(const std::string& name);
    // Out of it. Whole: what is in `folder` and was not named may go. Null: it is not here.
    //   Errc::limit     more may go than can be remembered: then nothing does
    //   Errc::local_io  the folder cannot be read
    Status leave(const HeldFolder* folder, Whole whole);

    // How many entries may go.
    std::uint64_t count() const noexcept { return candidates_.size(); }
    // Removes them, in `root`, where the outermost folders are: links are unlinked, mounts not crossed, and a
    // folder that something came into meanwhile stays. How many went. Errc::local_io.
    Result<std::uint64_t> remove(const HeldFolder& root);

  private:
    struct Level {
        std::string name;
        std::unordered_set<std::uint64_t> named;  // their hashes
        Patterns left_out;
    };
    struct Candidate {
        std::size_t folder;  // in folders_
        std::string name;
        bool is_folder;
    };
    bool is_left_out(const std::vector<std::string>& below, const std::string& name, IsFolder folder) const;
    Result<bool> collect(const HeldFolder& folder, const std::string& name, std::vector<std::string>& below);
    Result<HeldFolder> hold(const HeldFolder& root, const std::vector<std::string>& path) const;
    std::vector<std::string> path_of(const std::vector<std::string>& below) const;

    std::vector<Level> levels_;
    std::vector<std::vector<std::string>> folders_;  // paths of those with candidates
    std::vector<Candidate> candidates_;              // what is in a folder before the folder
};

}  // namespace p2pc::transfer
