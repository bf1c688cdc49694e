// KeyReader: bytes from a terminal -> keys.
//
// Bytes may be cut anywhere: an escape sequence or a UTF-8 character may come in pieces. Sequences that mean
// nothing to us are swallowed whole; bytes that are not UTF-8 are dropped. Memory is a few bytes, whatever
// comes in. No descriptor, no clock.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace p2pc::terminal {

enum class KeyKind {
    character,  // `code` is a character of text
    enter,
    backspace,
    del,
    left,
    right,
    up,
    down,
    home,
    end,
    control,  // `code` is the letter, 'a' to 'z'
    paste_begin,
    paste_end,
};

struct Key {
    KeyKind kind;
    char32_t code = 0;
    friend bool operator==(const Key&, const Key&) = default;
};

class KeyReader {
  public:
    void feed(std::string_view bytes, std::vector<Key>& keys);

  private:
    enum class State {
        ground,
        escape,      // after ESC
        csi,         // ESC [ parameters
        ss3,         // ESC O
        string,      // ESC ] P X ^ _ : until BEL or ESC backslash
        string_end,  // an ESC within it
    };

    void take(char byte, std::vector<Key>& keys);
    void take_ground(char byte, std::vector<Key>& keys);
    void take_text(char byte, std::vector<Key>& keys);
    void take_escape(char byte, std::vector<Key>& keys);
    void finish_csi(char last, std::vector<Key>& keys);

    State state_ = State::ground;
    std::string parameters_;     // of a CSI, at most 16 kept
    std::size_t swallowed_ = 0;  // of a string
    std::string partial_;        // of a UTF-8 character, at most 3
};

}  // namespace p2pc::terminal
