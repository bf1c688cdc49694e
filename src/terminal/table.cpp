#include "terminal/table.hpp"

#include <algorithm>
#include <cassert>

#include "base/unicode.hpp"
#include "terminal/columns.hpp"

namespace p2pc::terminal {

void Table::add(std::vector<std::string> cells) {
    assert(cells.size() <= align_.size());
    cells.resize(align_.size());
    rows_.push_back(std::move(cells));
}

std::string Table::str() const {
    std::vector<unsigned> widths(align_.size());
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], base::display_width(row[i]));
    }
    std::string out;
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) line += "  ";
            line += align_[i] == Align::left ? pad_right(row[i], widths[i]) : pad_left(row[i], widths[i]);
        }
        const auto last = line.find_last_not_of(' ');
        line.resize(last == std::string::npos ? 0 : last + 1);
        out += line + "\n";
    }
    return out;
}

}  // namespace p2pc::terminal
