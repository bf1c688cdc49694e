#include "terminal/keys.hpp"

#include <optional>

#include "base/unicode.hpp"

namespace p2pc::terminal {
namespace {

constexpr char escape_byte = '\x1b';
constexpr std::size_t longest_parameters = 16;
// ESC ] by hand, with nothing behind it, must not swallow what is typed for long.
constexpr std::size_t longest_string = 256;

bool is_control(char byte) {
    return static_cast<unsigned char>(byte) < 0x20;
}

std::optional<KeyKind> key_of_letter(char letter) {
    switch (letter) {
        case 'A':
            return KeyKind::up;
        case 'B':
            return KeyKind::down;
        case 'C':
            return KeyKind::right;
        case 'D':
            return KeyKind::left;
        case 'H':
            return KeyKind::home;
        case 'F':
            return KeyKind::end;
        default:
            return std::nullopt;
    }
}

std::optional<KeyKind> key_of_number(std::string_view parameters) {
    const auto number = parameters.substr(0, parameters.find(';'));
    if (number == "1" || number == "7") return KeyKind::home;
    if (number == "4" || number == "8") return KeyKind::end;
    if (number == "3") return KeyKind::del;
    if (number == "200") return KeyKind::paste_begin;
    if (number == "201") return KeyKind::paste_end;
    return std::nullopt;
}

}  // namespace

void KeyReader::feed(std::string_view bytes, std::vector<Key>& keys) {
    for (char byte : bytes)
        take(byte, keys);
}

void KeyReader::take(char byte, std::vector<Key>& keys) {
    const char past_parameters = '\x40';
    switch (state_) {
        case State::ground:
            return take_ground(byte, keys);
        case State::escape:
            return take_escape(byte, keys);
        case State::csi:
            if (is_control(byte)) break;
            if (byte >= past_parameters && byte != '\x7f') return finish_csi(byte, keys);
            if (static_cast<unsigned char>(byte) >= 0x7f) break;
            if (parameters_.size() < longest_parameters) parameters_.push_back(byte);
            return;
        case State::ss3:
            if (is_control(byte)) break;
            state_ = State::ground;
            if (const auto kind = key_of_letter(byte)) keys.push_back({*kind});
            return;
        case State::string:
            if (byte == escape_byte) {
                state_ = State::string_end;
                return;
            }
            if (byte == '\x07' || ++swallowed_ > longest_string) {
                state_ = State::ground;
                return;
            }
            if (is_control(byte)) break;
            return;
        case State::string_end:
            state_ = State::ground;
            if (byte == '\\') return;
            return take_escape(byte, keys);
    }
    // A control character ends a sequence that is under way and keeps its own meaning.
    state_ = State::ground;
    take_ground(byte, keys);
}

void KeyReader::take_ground(char byte, std::vector<Key>& keys) {
    if (!is_control(byte) && byte != '\x7f') return take_text(byte, keys);
    partial_.clear();
    switch (byte) {
        case escape_byte:
            state_ = State::escape;
            break;
        case '\r':
        case '\n':
            keys.push_back({KeyKind::enter});
            break;
        case '\b':
        case '\x7f':
            keys.push_back({KeyKind::backspace});
            break;
        default:
            if (byte >= 1 && byte <= 26) {
                keys.push_back({KeyKind::control, static_cast<char32_t>('a' + byte - 1)});
            }
    }
}

void KeyReader::take_text(char byte, std::vector<Key>& keys) {
    partial_.push_back(byte);
    const auto next = base::decode_utf8(partial_);
    if (next.cut) return;
    // A wrong byte may itself be the start of the next character.
    const bool again = !next.valid && next.bytes < partial_.size();
    partial_.clear();
    if (next.valid) {
        keys.push_back({KeyKind::character, next.code});
    } else if (again) {
        take_text(byte, keys);
    }
}

void KeyReader::take_escape(char byte, std::vector<Key>& keys) {
    state_ = State::ground;
    switch (byte) {
        case escape_byte:
            state_ = State::escape;
            return;
        case '[':
            state_ = State::csi;
            parameters_.clear();
            return;
        case 'O':
            state_ = State::ss3;
            return;
        case ']':
        case 'P':
        case 'X':
        case '^':
        case '_':
            state_ = State::string;
            swallowed_ = 0;
            return;
        default:
            // Alt with a key means nothing here; a control character keeps its meaning.
            if (is_control(byte)) take_ground(byte, keys);
    }
}

void KeyReader::finish_csi(char last, std::vector<Key>& keys) {
    state_ = State::ground;
    const auto kind = last == '~' ? key_of_number(parameters_) : key_of_letter(last);
    if (kind) keys.push_back({*kind});
}

}  // namespace p2pc::terminal
