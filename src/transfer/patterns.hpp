// Patterns: what of a tree is left out, written as .gitignore writes it (gitignore(5)).
//
// Pure functions on bytes, safe from any thread. Patterns may be a stranger's: matching costs at most the
// length of the pattern times that of the path, whatever they are.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace p2pc::transfer {

enum class IsFolder : bool { no, yes };

class Pattern {
  public:
    // One line; nullopt: it is blank or a comment.
    static std::optional<Pattern> parse(std::string_view line);

    // `path` is relative to the folder the pattern is about, without a slash at either end. A pattern without
    // a slash, but for one at its end, is matched with the last component alone.
    bool matches(std::string_view path, IsFolder folder) const;
    bool negated() const noexcept { return negated_; }
    bool is_anchored() const noexcept { return anchored_; }

  private:
    enum class Kind : std::uint8_t { byte, one, set, star, folders, within, rest };
    struct Token {
        Kind kind = Kind::byte;
        char byte = 0;
        std::size_t set = 0;  // index in sets_
    };

    void compile(std::string_view text);
    std::optional<std::size_t> add_set(std::string_view text);
    bool takes(const Token& token, unsigned char c) const;
    bool run(std::string_view text) const;

    std::vector<Token> tokens_;
    std::vector<std::bitset<256>> sets_;
    std::string literal_;  // of a pattern without wildcards
    bool plain_ = true;
    bool never_ = false;  // it is malformed and matches nothing
    bool negated_ = false;
    bool only_folders_ = false;
    bool anchored_ = false;
};

class Patterns {
  public:
    enum class Verdict : std::uint8_t { none, leave_out, take };

    void add(std::string_view line);
    // All lines of a file.
    void add_lines(std::string_view text);
    bool empty() const noexcept { return patterns_.empty(); }

    // What the last pattern that matches says.
    Verdict judge(std::string_view path, IsFolder folder) const;
    // As judge(), for a name that is in no tree: patterns about a place in one say nothing of it.
    Verdict judge_name(std::string_view name, IsFolder folder) const;

    // As they were given, without blank lines and comments.
    const std::vector<std::string>& lines() const noexcept { return lines_; }

  private:
    std::vector<Pattern> patterns_;
    std::vector<std::string> lines_;
};

}  // namespace p2pc::transfer
