#include "terminal/line_editor.hpp"

#include "base/unicode.hpp"

namespace p2pc::terminal {
namespace {

void note_change(std::vector<EditorEvent>& events) {
    if (events.empty() || !std::holds_alternative<Changed>(events.back())) events.emplace_back(Changed{});
}

// Sits on the character before it and moves with it.
bool is_attached(char32_t code) {
    return base::is_mark(code) && base::is_printable(code);
}

}  // namespace

std::vector<EditorEvent> LineEditor::feed(std::string_view bytes) {
    std::vector<Key> keys;
    reader_.feed(bytes, keys);
    std::vector<EditorEvent> events;
    for (const Key& key : keys)
        take(key, events);
    return events;
}

void LineEditor::clear() {
    text_.clear();
    cursor_ = 0;
    recalled_ = history_.size();
    draft_.clear();
}

void LineEditor::take(const Key& key, std::vector<EditorEvent>& events) {
    bool changed = false;
    switch (key.kind) {
        case KeyKind::paste_begin:
        case KeyKind::paste_end:
            pasting_ = key.kind == KeyKind::paste_begin;
            break;
        case KeyKind::character:
            changed = insert(key.code);
            break;
        case KeyKind::enter:
            if (pasting_) {
                changed = insert(U' ');
            } else {
                events.emplace_back(Submitted{submit()});
                changed = true;
            }
            break;
        case KeyKind::control:
            changed = take_control(key.code, events);
            break;
        default:
            changed = !pasting_ && edit(key.kind);
    }
    if (changed) note_change(events);
}

bool LineEditor::take_control(char32_t letter, std::vector<EditorEvent>& events) {
    if (letter == 'c') {
        pasting_ = false;  // the way out of a paste that never ends
        events.emplace_back(Interrupted{});
        return false;
    }
    if (pasting_) return letter == 'i' && insert(U' ');
    switch (letter) {
        case 'a':
            return edit(KeyKind::home);
        case 'b':
            return edit(KeyKind::left);
        case 'e':
            return edit(KeyKind::end);
        case 'f':
            return edit(KeyKind::right);
        case 'n':
            return edit(KeyKind::down);
        case 'p':
            return edit(KeyKind::up);
        case 'd':
            if (!text_.empty()) return edit(KeyKind::del);
            events.emplace_back(EndOfInput{});
            return false;
        case 'k':
            return erase(cursor_, text_.size());
        case 'u':
            return erase(0, cursor_);
        case 'w':
            return erase(word_before(cursor_), cursor_);
        default:
            return false;
    }
}

bool LineEditor::edit(KeyKind kind) {
    switch (kind) {
        case KeyKind::backspace:
            return erase(before(cursor_), cursor_);
        case KeyKind::del:
            return erase(cursor_, after(cursor_));
        case KeyKind::left:
            return move_to(before(cursor_));
        case KeyKind::right:
            return move_to(after(cursor_));
        case KeyKind::home:
            return move_to(0);
        case KeyKind::end:
            return move_to(text_.size());
        case KeyKind::up:
            return recalled_ > 0 && recall(recalled_ - 1);
        case KeyKind::down:
            return recalled_ < history_.size() && recall(recalled_ + 1);
        default:
            return false;
    }
}

bool LineEditor::insert(char32_t code) {
    // C1 characters are controls too, though they come as text.
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
    std::string bytes;
    base::append_utf8(bytes, code);
    if (text_.size() + bytes.size() > max_line) return false;
    text_.insert(cursor_, bytes);
    cursor_ += bytes.size();
    return true;
}

bool LineEditor::erase(std::size_t from, std::size_t to) {
    if (from == to) return false;
    text_.erase(from, to - from);
    cursor_ = from;
    return true;
}

bool LineEditor::move_to(std::size_t cursor) {
    if (cursor == cursor_) return false;
    cursor_ = cursor;
    return true;
}

bool LineEditor::recall(std::size_t index) {
    if (recalled_ == history_.size()) draft_ = text_;
    recalled_ = index;
    text_ = index == history_.size() ? draft_ : history_[index];
    cursor_ = text_.size();
    return true;
}

std::string LineEditor::submit() {
    std::string line = std::move(text_);
    const bool repeated = !history_.empty() && history_.back() == line;
    if (!line.empty() && !repeated) {
        if (history_.size() == max_history) history_.erase(history_.begin());
        history_.push_back(line);
    }
    clear();
    return line;
}

std::size_t LineEditor::after(std::size_t at) const {
    const std::string_view text{text_};
    while (at < text.size()) {
        at += base::decode_utf8(text.substr(at)).bytes;
        if (at == text.size() || !is_attached(base::decode_utf8(text.substr(at)).code)) break;
    }
    return at;
}

std::size_t LineEditor::before(std::size_t at) const {
    const std::string_view text{text_};
    while (at > 0) {
        do {
            --at;
        } while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80);
        if (!is_attached(base::decode_utf8(text.substr(at)).code)) break;
    }
    return at;
}

std::size_t LineEditor::word_before(std::size_t at) const {
    while (at > 0 && text_[at - 1] == ' ')
        --at;
    while (at > 0 && text_[at - 1] != ' ')
        --at;
    return at;
}

}  // namespace p2pc::terminal
