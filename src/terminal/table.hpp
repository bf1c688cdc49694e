// Table: rows of cells in aligned columns, for a person's stdout.
#pragma once

#include <string>
#include <vector>

namespace p2pc::terminal {

class Table {
  public:
    enum class Align { left, right };
    explicit Table(std::vector<Align> columns) : align_(std::move(columns)) {}

    // Cells are safe to show (base::escape_line); missing ones are empty.
    // REQUIRES: not more cells than columns.
    void add(std::vector<std::string> cells);
    bool empty() const noexcept { return rows_.empty(); }
    // One line a row, each ended by a newline, two spaces between columns, none at the end of a line.
    std::string str() const;

  private:
    std::vector<Align> align_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace p2pc::terminal
