#include "db/script_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hotswap::db {

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

}  // namespace

ScriptWalk::ScriptWalk(std::string_view script)
    : script_(script), start_(script.starts_with(byteOrderMark) ? byteOrderMark.size() : 0), offset_(start_) {}

void ScriptWalk::moveTo(std::size_t offset) {
  const Position step = positionOf(script_.substr(offset_), offset - offset_);
  position_.column = step.line == 1 ? position_.column + step.column - 1 : step.column;
  position_.line += step.line - 1;
  offset_ = offset;
}

ParsedScript ScriptWalk::failed(std::string message, std::size_t offset) {
  ParsedScript parsed;
  offset_ = start_;
  position_ = {};
  moveTo(std::max(offset, start_));
  parsed.error = SyntaxError{std::move(message), offset, position_};
  return parsed;
}

ParsedScript ScriptWalk::tooMany(std::size_t count, std::size_t offset) {
  ParsedScript parsed =
      failed(fmt::format("the script has {} statements, at most {} are taken", count, mostStatements), offset);
  parsed.error->statementsInAll = count;
  return parsed;
}

std::optional<ParsedScript> ScriptWalk::badText() {
  const std::size_t bad = firstBadByte(script_);
  if (bad == std::string_view::npos) return std::nullopt;
  return failed(script_[bad] == '\0' ? "the script contains a NUL byte" : "the script is not valid UTF-8", bad);
}

}  // namespace hotswap::db
