#include "terminal/screen.hpp"

#include <sys/ioctl.h>

#include "terminal/write.hpp"

namespace p2pc::terminal {

unsigned columns_of(int fd) noexcept {
    winsize size{};
    return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

Screen::Screen(int fd, unsigned columns) : fd_(fd), columns_(columns == 0 ? 80 : columns) {}

Screen::~Screen() {
    hide();
}

void Screen::print_above(std::string_view lines) {
    write_all(fd_, shown_ ? draw_above(lines, input_, columns_) : ended_lines(lines));
}

void Screen::set_prompt(std::string prompt) {
    input_.prompt = std::move(prompt);
    redraw();
}

void Screen::set_input(std::string_view text, std::size_t cursor) {
    input_.text = text;
    input_.cursor = cursor;
    redraw();
}

void Screen::resize(unsigned columns) {
    columns_ = columns == 0 ? 80 : columns;
    redraw();
}

void Screen::hide() {
    if (!shown_) return;
    shown_ = false;
    write_all(fd_, erase_row());
}

void Screen::show() {
    shown_ = true;
    redraw();
}

void Screen::redraw() {
    if (shown_) write_all(fd_, erase_row() + draw_row(input_, columns_));
}

}  // namespace p2pc::terminal
