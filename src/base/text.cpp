#include "base/text.h"

#include <algorithm>

namespace hotswap {

namespace {

bool isContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }
bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool isControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// The length in bytes of the well-formed UTF-8 sequence that starts at `at`, 0 where it is malformed.
std::size_t sequenceLength(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char first = byte(0);
  std::size_t length = 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) length = 2;
  if (first >= 0xE0 && first <= 0xEF) length = 3;
  if (first >= 0xF0 && first <= 0xF4) length = 4;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!isContinuation(text[at + i])) return 0;
  }
  const unsigned char second = byte(1);
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
  if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
  return length;
}

}  // namespace

Position positionOf(std::string_view text, std::size_t offset) {
  Position position;
  const std::size_t end = std::min(offset, text.size());
  for (std::size_t i = 0; i < end; ++i) {
    if (text[i] == '\n') {
      ++position.line;
      position.column = 1;
    } else if (!isContinuation(text[i])) {
      ++position.column;
    }
  }
  return position;
}

std::size_t byteOffsetOf(std::string_view text, std::size_t character) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (isContinuation(text[i])) continue;
    if (seen == character) return i;
    ++seen;
  }
  return text.size();
}

std::size_t firstBadByte(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = text[i] == '\0' ? 0 : sequenceLength(text, i);
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

bool isUtf8(std::string_view text) { return firstBadByte(text) == std::string_view::npos; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && isSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && isSpace(text.back())) text.remove_suffix(1);
  return text;
}

std::string toLower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

std::string oneLine(std::string_view text, std::size_t most) {
  std::string line;
  std::size_t characters = 0;
  bool pendingSpace = false;
  for (const char c : text) {
    if (isSpace(c) || isControl(c)) {
      pendingSpace = !line.empty();
      continue;
    }
    if (!isContinuation(c)) {
      characters += pendingSpace ? 2 : 1;
      if (characters > most) return line + "…";
      if (pendingSpace) line += ' ';
      pendingSpace = false;
    }
    line += c;
  }
  return line;
}

}  // namespace hotswap
