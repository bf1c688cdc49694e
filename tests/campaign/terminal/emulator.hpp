// Emulator: libvterm, which calls out whatever a text does to a terminal besides putting characters on it.
#pragma once

#include <vterm.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

namespace p2pc::tests {

class Emulator {
  public:
    static constexpr int rows = 700, columns = 80;  // no text here is so long that the screen scrolls

    Emulator() : terminal_(vterm_new(rows, columns)), state_(vterm_obtain_state(terminal_.get())) {
        vterm_set_utf8(terminal_.get(), 1);
        static const VTermStateCallbacks seen = callbacks();
        static const VTermParserCallbacks unknown = fallbacks();
        vterm_state_reset(state_, 1);
        vterm_state_set_callbacks(state_, &seen, this);
        vterm_state_set_unrecognised_fallbacks(state_, &unknown, this);
    }

    // From the screen's first column on, below what was written before.
    void write(std::string_view text) {
        const auto here = cursor();
        if (here.row > rows / 2) home();
        std::string bytes;
        for (const char c : text)
            bytes.append(c == '\n' ? "\r\n" : std::string_view{&c, 1});  // as a terminal's driver does
        first_row_ = cursor().row;
        starts_.clear();
        violation_.clear();
        vterm_input_write(terminal_.get(), bytes.data(), bytes.size());
    }
    void new_line() { vterm_input_write(terminal_.get(), "\r\n", 2); }

    // What it did that it must not, or empty.
    const std::string& violation() const noexcept { return violation_; }
    VTermPos cursor() const {
        VTermPos at;
        vterm_state_get_cursorpos(state_, &at);
        return at;
    }
    int first_row() const noexcept { return first_row_; }
    // The character in the first column of each row that was begun.
    const std::u32string& starts() const noexcept { return starts_; }

  private:
    struct Free {
        void operator()(VTerm* terminal) const { vterm_free(terminal); }
    };
    static Emulator& self(void* user) { return *static_cast<Emulator*>(user); }
    static int bad(void* user, const char* what) {
        auto& violation = self(user).violation_;
        if (violation.empty() && !self(user).moving_home_) violation = what;
        return 1;
    }
    void home() {
        moving_home_ = true;
        vterm_input_write(terminal_.get(), "\x1b[H", 3);
        moving_home_ = false;
    }

    static VTermStateCallbacks callbacks() {
        VTermStateCallbacks calls{};
        calls.putglyph = [](VTermGlyphInfo* glyph, VTermPos at, void* user) {
            if (at.row < self(user).first_row_) bad(user, "wrote above");
            if (at.col == 0) self(user).starts_.push_back(glyph->chars[0]);
            return 1;
        };
        calls.movecursor = [](VTermPos at, VTermPos was, int, void* user) {
            if (at.row < was.row || at.row < self(user).first_row_) bad(user, "the cursor went up");
            return 1;
        };
        calls.scrollrect = [](VTermRect, int, int, void* user) { return bad(user, "scrolled"); };
        calls.moverect = [](VTermRect, VTermRect, void* user) { return bad(user, "moved"); };
        calls.erase = [](VTermRect, int, void* user) { return bad(user, "erased"); };
        calls.initpen = [](void* user) { return bad(user, "reset the colours"); };
        calls.setpenattr = [](VTermAttr, VTermValue*, void* user) { return bad(user, "set a colour"); };
        calls.settermprop = [](VTermProp, VTermValue*, void* user) {
            return bad(user, "set a mode or title");
        };
        calls.bell = [](void* user) { return bad(user, "rang"); };
        calls.resize = [](int, int, VTermPos*, void* user) { return bad(user, "resized"); };
        return calls;
    }
    static VTermParserCallbacks fallbacks() {
        VTermParserCallbacks calls{};
        calls.control = [](unsigned char, void* user) { return bad(user, "a control"); };
        calls.escape = [](const char*, size_t, void* user) { return bad(user, "an escape"); };
        calls.csi = [](const char*, const long*, int, const char*, char, void* user) {
            return bad(user, "a CSI");
        };
        calls.osc = [](const char*, size_t, void* user) { return bad(user, "an OSC"); };
        calls.dcs = [](const char*, size_t, void* user) { return bad(user, "a DCS"); };
        return calls;
    }

    std::unique_ptr<VTerm, Free> terminal_;
    VTermState* state_;
    int first_row_ = 0;
    bool moving_home_ = false;
    std::u32string starts_;
    std::string violation_;
};

}  // namespace p2pc::tests
