// Placed: received items that are in place while their sender may not know it yet (docs/home.md, "Placed
// items").
//
// One file a session, appended to as items come and removed when the session ended in order; after a day it
// counts no more. What cannot be written is forgotten: then an item whose acknowledgement got lost is kept
// twice. One thread at a time; other processes have files of their own.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "home/descriptor.hpp"
#include "home/paths.hpp"
#include "model/ids.hpp"

namespace p2pc::home {

class Placed {
  public:
    static constexpr std::size_t most_items = 10'000;

    // Reads what earlier sessions left.
    Placed(const HomePaths& paths, const model::SessionId& session, std::int64_t now_seconds);

    // The path of the item of that key.
    std::optional<std::string> find(const std::string& key) const;
    void add(const std::string& key, const std::string& path);
    // The session ended in order: everybody knows everything.
    void settled();

  private:
    std::filesystem::path folder_, own_;
    std::map<std::string, std::string> items_;
    Descriptor file_;
};

}  // namespace p2pc::home
