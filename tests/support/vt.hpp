// Vt: a small terminal that judges what is written to it.
//
// Knows what p2pc may write: printable characters of width 1 and 2, marks, CR, LF, tab, cursor right, erase
// to the end of the row or screen, and colours. Anything else is a violation. Wrapping is deferred, as in
// xterm: a full row wraps only when the next character comes.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/unicode.hpp"

namespace p2pc::tests {

class Vt {
  public:
    explicit Vt(unsigned columns) : columns_(columns) { rows_.emplace_back(); }

    void write(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto next = base::decode_utf8(bytes);
            if (!next.valid) violation("invalid UTF-8");
            if (next.code == 0x1b) {
                bytes.remove_prefix(sequence(bytes));
            } else {
                put(next.code, bytes.substr(0, next.bytes));
                bytes.remove_prefix(next.bytes);
            }
        }
    }

    // Without trailing spaces. Rows count from the first ever written: nothing scrolls away.
    std::string row(std::size_t index) const {
        std::string text;
        for (const auto& cell : rows_.at(index))
            text += cell;
        return text.substr(0, text.find_last_not_of(' ') + 1);
    }
    std::string cell(std::size_t row, unsigned column) const {
        return column < rows_.at(row).size() ? rows_[row][column] : " ";
    }
    std::size_t rows() const { return rows_.size(); }
    std::size_t cursor_row() const { return row_; }
    unsigned cursor_column() const { return column_; }
    const std::vector<std::string>& violations() const { return violations_; }

  private:
    // Cells: what they show; the right half of a wide one is "". Those past the end are empty.
    using Row = std::vector<std::string>;

    void violation(std::string what) { violations_.push_back(std::move(what)); }

    void put(char32_t code, std::string_view bytes) {
        if (code == '\r') {
            column_ = 0;
            wrap_ = false;
        } else if (code == '\n') {
            line_feed();
        } else if (code == '\t') {
            column_ = std::min(columns_ - 1, (column_ / 8 + 1) * 8);
        } else if (base::is_mark(code) && base::is_printable(code) && base::display_width(code) == 0) {
            combine(bytes);
        } else if (!base::is_printable(code)) {
            violation("unprintable U+" + std::to_string(code));
        } else {
            put_wide(bytes, base::display_width(code));
        }
    }

    void put_wide(std::string_view bytes, unsigned width) {
        if (wrap_ || column_ + width > columns_) {
            column_ = 0;
            line_feed();
        }
        Row& row = rows_[row_];
        if (row.size() < column_ + width) row.resize(column_ + width, " ");
        row[column_] = bytes;
        if (width == 2) row[column_ + 1].clear();
        column_ += width;
        wrap_ = column_ == columns_;
        if (wrap_) column_ = columns_ - 1;
    }

    void combine(std::string_view bytes) {
        unsigned at = wrap_ ? column_ : column_ == 0 ? 0 : column_ - 1;
        Row& row = rows_[row_];
        if (at >= row.size() || (column_ == 0 && !wrap_)) return violation("a mark on nothing");
        while (at > 0 && row[at].empty())
            --at;
        row[at] += bytes;
    }

    void line_feed() {
        wrap_ = false;
        if (++row_ == rows_.size()) rows_.emplace_back();
    }

    std::size_t sequence(std::string_view bytes) {
        if (bytes.size() < 2 || bytes[1] != '[') {
            violation("an escape that is not CSI");
            return 1;
        }
        unsigned number = 0;
        bool given = false;
        std::size_t at = 2;
        for (; at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '9'; ++at) {
            number = number * 10 + static_cast<unsigned>(bytes[at] - '0');
            given = true;
        }
        if (at == bytes.size()) {
            violation("a cut sequence");
            return at;
        }
        switch (bytes[at]) {
            case 'C':
                if (column_ + number >= columns_) violation("cursor past the edge");
                column_ = std::min(columns_ - 1, column_ + (given ? number : 1));
                wrap_ = false;
                break;
            case 'K':
                erase_row(row_, column_);
                break;
            case 'J':
                erase_row(row_, column_);
                for (std::size_t below = row_ + 1; below < rows_.size(); ++below)
                    erase_row(below, 0);
                break;
            case 'm':
                break;
            default:
                violation(std::string{"sequence ending in "} + bytes[at]);
        }
        return at + 1;
    }

    void erase_row(std::size_t row, unsigned from) {
        if (from < rows_[row].size()) rows_[row].resize(from);
    }

    unsigned columns_;
    std::vector<Row> rows_;
    std::size_t row_ = 0;
    unsigned column_ = 0;
    bool wrap_ = false;
    std::vector<std::string> violations_;
};

}  // namespace p2pc::tests
