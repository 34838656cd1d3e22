#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace hotswap {

/// A place in a text: line and column from 1, the column counted in characters (Unicode code points).
struct Position {
  int line = 1;
  int column = 1;
  friend bool operator==(const Position&, const Position&) = default;
};

/// The place of byte `offset` in UTF-8 `text`; offsets beyond the end give the end. Linear in `offset`.
Position positionOf(std::string_view text, std::size_t offset);

/// The byte offset at which character number `character` (from 0) of UTF-8 `text` starts.
std::size_t byteOffsetOf(std::string_view text, std::size_t character);

/// The offset of the first byte of `text` that is no part of well-formed UTF-8 (overlong forms and surrogates are none)
/// or is NUL; npos where all is well.
std::size_t firstBadByte(std::string_view text);

/// True where `text` is well-formed UTF-8 (no overlong forms, no surrogates) without a NUL byte.
bool isUtf8(std::string_view text);

std::string_view trim(std::string_view text);
std::string toLower(std::string_view text);

/// The first `most` characters of a text for one line of a log or a table: white space and control characters (which
/// could steer a terminal) are folded to single spaces; `…` marks a cut.
std::string oneLine(std::string_view text, std::size_t most);

}  // namespace hotswap
