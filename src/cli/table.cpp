#include "cli/table.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace hotswap::cli {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t narrowestCut = 8;

}  // namespace

void Table::addRow(std::vector<Cell> cells) {
  if (cells.size() > columns_.size()) throw std::logic_error("a table row has more cells than the table has columns");
  cells.resize(columns_.size());
  for (Cell& cell : cells) cell.text = printable(cell.text);
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths(std::optional<std::size_t> limit) const {
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    std::size_t width = displayWidth(columns_[column].title);
    for (const auto& row : rows_) width = std::max(width, displayWidth(row[column].text));
    widths.push_back(width);
  }
  if (!limit) return widths;
  const auto total = [&] {
    return std::accumulate(widths.begin(), widths.end(), std::size_t{0}) + gap * (widths.size() - 1);
  };
  while (total() > *limit) {
    std::optional<std::size_t> widest;
    for (std::size_t column = 0; column < widths.size(); ++column) {
      const bool canShrink = columns_[column].mayBeCut && widths[column] > narrowestCut;
      if (canShrink && (!widest || widths[column] > widths[*widest])) widest = column;
    }
    if (!widest) break;
    --widths[*widest];
  }
  return widths;
}

std::string Table::text(std::optional<std::size_t> width, const Paint& paint) const {
  if (columns_.empty()) return {};
  const auto columnWidths = widths(width);
  std::string lines;
  const auto addLine = [&](auto cellAt) {
    std::string pending;
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      const Cell cell = cellAt(column);
      const std::string shown = clipped(cell.text, columnWidths[column]);
      const std::string fill(columnWidths[column] - displayWidth(shown), ' ');
      if (columns_[column].isNumber) pending += fill;
      // Spaces are written only in front of a text, so that no line ends in them.
      if (!shown.empty()) {
        lines += pending + paint(cell.tone, shown);
        pending.clear();
      }
      if (!columns_[column].isNumber) pending += fill;
      pending += std::string(gap, ' ');
    }
    lines += '\n';
  };
  addLine([&](std::size_t column) { return Cell{.text = columns_[column].title, .tone = Tone::Faint}; });
  for (const auto& row : rows_) {
    addLine([&](std::size_t column) { return row[column]; });
  }
  return lines;
}

}  // namespace hotswap::cli
