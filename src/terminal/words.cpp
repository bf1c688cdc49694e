#include "terminal/words.hpp"

namespace p2pc::terminal {
namespace {

class Splitter {
  public:
    Splitter(std::string_view line, std::string_view home) : rest_(line), home_(home) {}

    Result<std::vector<std::string>> split() {
        while (!rest_.empty()) {
            const char c = take();
            if (c == ' ' || c == '\t' || c == '\n') {
                end_word();
            } else if (c == '\'' || c == '"') {
                started_ = true;
                if (!take_quoted(c)) return Error{Errc::usage, "a quote is not closed"};
            } else if (c == '\\') {
                if (rest_.empty()) return Error{Errc::usage, "a backslash at the end of the line"};
                put(take());
            } else if (c == '~' && !started_ && !home_.empty() && ends_a_component()) {
                word_ = home_;
                started_ = true;
            } else {
                put(c);
            }
        }
        end_word();
        return std::move(words_);
    }

  private:
    char take() {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }
    void put(char c) {
        word_.push_back(c);
        started_ = true;
    }
    bool ends_a_component() const {
        return rest_.empty() || std::string_view{" \t\n/"}.find(rest_.front()) != std::string_view::npos;
    }
    bool take_quoted(char quote) {
        while (!rest_.empty()) {
            char c = take();
            if (c == quote) return true;
            const bool escapes = quote == '"' && c == '\\' && !rest_.empty() &&
                                 std::string_view{"\"\\$`"}.find(rest_.front()) != std::string_view::npos;
            if (escapes) c = take();
            put(c);
        }
        return false;
    }
    void end_word() {
        if (started_) words_.push_back(std::move(word_));
        word_.clear();
        started_ = false;
    }

    std::string_view rest_, home_;
    std::vector<std::string> words_;
    std::string word_;
    bool started_ = false;
};

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view line, std::string_view home) {
    return Splitter{line, home}.split();
}

}  // namespace p2pc::terminal
