#include "cli/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace hotswap::cli {

namespace {

struct CharacterRange {
  char32_t first;
  char32_t last;
};

// Unicode 15, East_Asian_Width W and F, folded into the blocks that matter in practice.
constexpr std::array wideRanges{
    CharacterRange{0x1100, 0x115F},   CharacterRange{0x231A, 0x231B},   CharacterRange{0x2E80, 0x303E},
    CharacterRange{0x3041, 0x33FF},   CharacterRange{0x3400, 0x4DBF},   CharacterRange{0x4E00, 0x9FFF},
    CharacterRange{0xA000, 0xA4CF},   CharacterRange{0xAC00, 0xD7A3},   CharacterRange{0xF900, 0xFAFF},
    CharacterRange{0xFE30, 0xFE6F},   CharacterRange{0xFF00, 0xFF60},   CharacterRange{0xFFE0, 0xFFE6},
    CharacterRange{0x1F300, 0x1F64F}, CharacterRange{0x1F680, 0x1F6FF}, CharacterRange{0x1F900, 0x1F9FF},
    CharacterRange{0x20000, 0x3FFFD}};
constexpr std::array narrowestRanges{
    CharacterRange{0x0300, 0x036F}, CharacterRange{0x0483, 0x0489}, CharacterRange{0x0591, 0x05BD},
    CharacterRange{0x0610, 0x061A}, CharacterRange{0x064B, 0x065F}, CharacterRange{0x1AB0, 0x1AFF},
    CharacterRange{0x1DC0, 0x1DFF}, CharacterRange{0x200B, 0x200F}, CharacterRange{0x20D0, 0x20FF},
    CharacterRange{0xFE00, 0xFE0F}, CharacterRange{0xFE20, 0xFE2F}};

// Characters that turn the direction of what follows: a script could hide with them what it does.
constexpr std::array turningRanges{CharacterRange{0x202A, 0x202E}, CharacterRange{0x2066, 0x2069}};

template <class Ranges>
bool contains(const Ranges& ranges, char32_t character) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const auto& range) { return character >= range.first && character <= range.last; });
}

struct Decoded {
  char32_t character = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

Decoded decode(std::string_view text) {
  const auto byteAt = [&](std::size_t index) { return static_cast<std::uint8_t>(text[index]); };
  const std::uint8_t lead = byteAt(0);
  if (lead < 0x80) return {.character = lead, .bytes = 1, .valid = true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  char32_t character = lead & (0x7FU >> length);
  for (std::size_t index = 1; index < length; ++index) {
    if ((byteAt(index) & 0xC0U) != 0x80U) return {};
    character = (character << 6U) | (byteAt(index) & 0x3FU);
  }
  return {.character = character, .bytes = length, .valid = true};
}

std::size_t widthOf(char32_t character) {
  if (contains(narrowestRanges, character)) return 0;
  return contains(wideRanges, character) ? 2 : 1;
}

/// As terminfo calls a terminal that knows no escape sequences.
bool isDumb(const Shell& shell) { return shell.variable("TERM").value_or("") == "dumb"; }

bool isControl(char32_t character) {
  return character < 0x20 || (character >= 0x7F && character < 0xA0) || contains(turningRanges, character);
}

}  // namespace

std::string Paint::operator()(Tone tone, std::string_view text) const {
  if (!colours_ || tone == Tone::Plain || text.empty()) return std::string(text);
  const auto code = [&]() -> std::string_view {
    switch (tone) {
      case Tone::Good: return "32";
      case Tone::Bad: return "31";
      case Tone::Warning: return "33";
      case Tone::Faint: return "2";
      case Tone::Strong: return "1";
      case Tone::Plain: break;
    }
    return "0";
  }();
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

Paint paintFor(const Shell& shell, bool streamIsTerminal) {
  return Paint(streamIsTerminal && !shell.variable("NO_COLOR") && !isDumb(shell));
}

bool canDrawOver(const Shell& shell) { return shell.outIsTerminal && !isDumb(shell); }

std::size_t displayWidth(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Decoded next = decode(text);
    columns += next.valid ? widthOf(next.character) : 1;
    text.remove_prefix(next.bytes);
  }
  return columns;
}

std::string printable(std::string_view text, bool keepLines) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const Decoded next = decode(text);
    const bool isLayout = next.character == '\n' || next.character == '\t';
    if (!next.valid) {
      shown += "\xEF\xBF\xBD";
    } else if (isLayout && next.valid) {
      shown += keepLines ? static_cast<char>(next.character) : ' ';
    } else if (next.character == '\r') {
      // CR LF ends a line like LF; a lone CR would let a text write over itself.
      if (!text.substr(1).starts_with('\n')) shown += ' ';
    } else if (isControl(next.character)) {
      shown += fmt::format("\\x{:02X}", static_cast<std::uint32_t>(next.character));
    } else {
      shown += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  return shown;
}

std::string clipped(std::string_view text, std::size_t columns) {
  if (displayWidth(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t taken = 0;
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const Decoded next = decode(text.substr(bytes));
    const std::size_t width = next.valid ? widthOf(next.character) : 1;
    if (taken + width > columns - 1) break;
    taken += width;
    bytes += next.bytes;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

std::string padded(std::string_view text, std::size_t columns, bool onTheLeft) {
  const std::size_t width = displayWidth(text);
  const std::string fill(width < columns ? columns - width : 0, ' ');
  return onTheLeft ? fill + std::string(text) : std::string(text) + fill;
}

std::string bar(double part, std::size_t columns) {
  const double bounded = std::isfinite(part) ? std::clamp(part, 0.0, 1.0) : 0.0;
  const auto full = static_cast<std::size_t>(std::floor(bounded * static_cast<double>(columns)));
  std::string drawn;
  for (std::size_t column = 0; column < columns; ++column) drawn += column < full ? "█" : "░";
  return drawn;
}

}  // namespace hotswap::cli
