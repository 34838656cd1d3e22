#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "cli/shell.h"

/// How text looks in a terminal: colours, widths, bars. Pure functions of their arguments.
namespace hotswap::cli {

enum class Tone { Plain, Good, Bad, Warning, Faint, Strong };

/// Colours a text, or leaves it as it is where colours are not wanted.
class Paint {
 public:
  explicit Paint(bool colours) : colours_(colours) {}
  [[nodiscard]] std::string operator()(Tone tone, std::string_view text) const;

 private:
  bool colours_;
};

/// Colours for a stream: only on a terminal that is not `dumb`, and never where NO_COLOR is set (no-color.org).
Paint paintFor(const Shell& shell, bool streamIsTerminal);

/// Whether what was printed can be drawn over: on a terminal that is not `dumb`.
bool canDrawOver(const Shell& shell);

/// The columns that UTF-8 `text` takes: 2 for East Asian wide characters and emoji, 0 for combining marks.
/// Not for texts with colours in them.
std::size_t displayWidth(std::string_view text);

/// `text` as it may be printed without doing anything to the terminal: control characters become `\xNN`, broken UTF-8
/// becomes `�`. Line ends and tabs become one space each, unless `keepLines`.
std::string printable(std::string_view text, bool keepLines = false);

/// The text cut to `columns`, with `…` as its last character where something is missing.
std::string clipped(std::string_view text, std::size_t columns);

/// The text filled up with spaces to `columns`, on its right or (numbers) on its left.
std::string padded(std::string_view text, std::size_t columns, bool onTheLeft = false);

/// A bar of `columns` for a part of 0 to 1, e.g. `████░░░░`.
std::string bar(double part, std::size_t columns);

}  // namespace hotswap::cli
