#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "db/script.h"

namespace hotswap::db {

/// Goes through the text of a script and knows the place of where it stands. What it costs grows with the way gone, so
/// that the places of statements in order cost one walk through the text. The text must outlive it.
class ScriptWalk {
 public:
  /// Begins behind a byte order mark, where there is one.
  explicit ScriptWalk(std::string_view script);

  /// The first byte behind the byte order mark.
  [[nodiscard]] std::size_t start() const { return start_; }
  [[nodiscard]] std::size_t offset() const { return offset_; }
  /// The place of `offset()`; a byte order mark counts no column.
  [[nodiscard]] Position position() const { return position_; }
  /// Goes on to a byte of the script, which must not lie before the present one.
  void moveTo(std::size_t offset);

  /// A script that is broken at a byte, wherever the walk stands.
  [[nodiscard]] ParsedScript failed(std::string message, std::size_t offset);
  /// A script that holds more than mostStatements; `offset`: of the first one too many.
  [[nodiscard]] ParsedScript tooMany(std::size_t count, std::size_t offset);
  /// What is wrong with the text whatever its grammar: a NUL byte, or no UTF-8. Nothing where it is all right.
  [[nodiscard]] std::optional<ParsedScript> badText();

 private:
  std::string_view script_;
  std::size_t start_;
  std::size_t offset_;
  Position position_;
};

}  // namespace hotswap::db
