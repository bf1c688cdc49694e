// Screen: lines that come in above the line being typed, which stays whole at the bottom.
//
// Owned by whoever owns the conversation; one thread at a time. Each call is one write() to `fd`. Lines and
// prompts given to it must be safe to show (base::escape_line, escape_body); the text being typed is
// escaped here. While it lives nothing else may write to that terminal, except between hide() and show().
#pragma once

#include <string>
#include <string_view>

#include "terminal/input_view.hpp"

namespace p2pc::terminal {

// Columns of the terminal at `fd`; 80 when it does not say.
unsigned columns_of(int fd) noexcept;

class Screen {
  public:
    Screen(int fd, unsigned columns);
    // Leaves an empty row with the cursor at its start.
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    // Printed at once when hidden, too; `lines` are joined by \n, without one at the end.
    void print_above(std::string_view lines);
    void set_prompt(std::string prompt);
    void set_input(std::string_view text, std::size_t cursor);
    // After SIGWINCH. A terminal that re-flows its rows may keep a piece of the old row above: better than to
    // erase a message on one that does not.
    void resize(unsigned columns);
    // Takes the input row off the screen, for a question or another program; and puts it back.
    void hide();
    void show();
    unsigned columns() const noexcept { return columns_; }

  private:
    void redraw();

    int fd_;
    unsigned columns_;
    bool shown_ = false;
    InputLine input_;
};

}  // namespace p2pc::terminal
