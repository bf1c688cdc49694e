// Given: what the user said to one command, still as text: flags with where they came from, and words.
//
// Filled from the arguments, then from the configuration file, which never replaces an argument. The typed
// getters parse; their errors are Errc::usage and name the flag, or the line of the file.
#pragma once

#include <map>
#include <optional>
#include <p2pc/base/result.hpp>
#include <p2pc/base/strong.hpp>
#include <p2pc/base/time.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "model/names.hpp"
#include "model/url.hpp"

namespace p2pc::commands {

class Given {
  public:
    enum class Origin { argument, configuration };

    void add(std::string_view flag, std::string value);
    void add_configured(std::string_view flag, std::vector<std::string> values, std::string where);
    void add_word(std::string word) { words_.push_back(std::move(word)); }

    bool has(std::string_view flag) const { return find(flag) != nullptr; }
    bool has_argument(std::string_view flag) const;
    std::optional<std::string> text(std::string_view flag) const;
    std::vector<std::string> texts(std::string_view flag) const;
    const std::vector<std::string>& words() const noexcept { return words_; }

    Result<std::optional<Duration>> duration(std::string_view flag) const;
    Result<std::optional<ByteCount>> size(std::string_view flag) const;
    Result<std::optional<std::uint64_t>> number(std::string_view flag) const;
    // Comma-separated names, each once.
    Result<std::vector<model::UserName>> users(std::string_view flag) const;
    // A --listen value, checked; which scheme an absent one means is known later.
    Result<std::optional<std::string>> listen(std::string_view flag) const;

    // "--flag: what", or "FILE:3: flag: what".
    Error bad(std::string_view flag, std::string_view what) const;

  private:
    struct Values {
        Origin origin = Origin::argument;
        std::vector<std::string> texts;
        std::string where;
    };
    const Values* find(std::string_view flag) const;

    std::map<std::string, Values, std::less<>> flags_;
    std::vector<std::string> words_;
};

}  // namespace p2pc::commands
