// LineEditor: bytes from a terminal in RawMode::keys -> lines, with editing and the history of this run.
//
// A pure state machine: no descriptor, no clock; one thread at a time. Bytes may be cut anywhere and may be
// anything. Keys: arrows, Home, End, Backspace, Delete, Ctrl-A B E F H K U W D C P N J M. The text is always
// valid UTF-8 without control characters; in a bracketed paste a tab or line end becomes a space.
//
//   editor.feed(bytes) -> events; then screen.set_input(editor.text(), editor.cursor())
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "terminal/keys.hpp"

namespace p2pc::terminal {

struct Submitted {  // Enter: the line, which is empty again now
    std::string line;
    friend bool operator==(const Submitted&, const Submitted&) = default;
};
struct EndOfInput {  // Ctrl-D on an empty line
    friend bool operator==(const EndOfInput&, const EndOfInput&) = default;
};
struct Interrupted {  // Ctrl-C; the line is kept
    friend bool operator==(const Interrupted&, const Interrupted&) = default;
};
struct Changed {  // the text or the cursor
    friend bool operator==(const Changed&, const Changed&) = default;
};
using EditorEvent = std::variant<Submitted, EndOfInput, Interrupted, Changed>;

class LineEditor {
  public:
    static constexpr std::size_t max_line = 16 * 1024;  // bytes; what is typed past it is dropped
    static constexpr std::size_t max_history = 200;     // lines

    // In order. Several changes in a row are one Changed.
    std::vector<EditorEvent> feed(std::string_view bytes);

    const std::string& text() const noexcept { return text_; }
    // Byte offset into text(), on a character.
    std::size_t cursor() const noexcept { return cursor_; }
    void clear();

  private:
    void take(const Key& key, std::vector<EditorEvent>& events);
    bool take_control(char32_t letter, std::vector<EditorEvent>& events);
    bool edit(KeyKind kind);
    bool insert(char32_t code);
    bool erase(std::size_t from, std::size_t to);
    bool move_to(std::size_t cursor);
    bool recall(std::size_t index);
    std::string submit();
    // The next character start, its marks included; the same the other way.
    std::size_t after(std::size_t at) const;
    std::size_t before(std::size_t at) const;
    std::size_t word_before(std::size_t at) const;

    KeyReader reader_;
    std::string text_;
    std::size_t cursor_ = 0;
    bool pasting_ = false;
    std::vector<std::string> history_;
    std::size_t recalled_ = 0;  // == history_.size(): the new line
    std::string draft_;         // the new line while an old one is shown
};

}  // namespace p2pc::terminal
