#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/terminal.h"

namespace hotswap::cli {

/// Rows under aligned column titles. Texts are made printable; where the whole is wider than the terminal, the columns
/// that may be cut are, the widest first.
class Table {
 public:
  struct Column {
    std::string title;
    bool isNumber = false;  ///< aligned on the right
    bool mayBeCut = false;
  };
  struct Cell {
    std::string text;
    Tone tone = Tone::Plain;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell a column; missing ones are empty, more are an error of the program.
  void addRow(std::vector<Cell> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// The lines, each ended. `width`: of the terminal in columns; nothing: no limit.
  [[nodiscard]] std::string text(std::optional<std::size_t> width, const Paint& paint) const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths(std::optional<std::size_t> limit) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace hotswap::cli
