#include "db/script.h"

#include "db/script_walk.h"

namespace hotswap::db {

namespace {

/// What stands between the marks of a comment.
std::string_view insideOf(std::string_view comment) {
  constexpr std::size_t markLength = 2;
  const bool isBlock = comment.starts_with("/*");
  comment.remove_prefix(markLength);
  if (isBlock && comment.ends_with("*/")) comment.remove_suffix(markLength);
  return trim(comment);
}

}  // namespace

std::vector<Comment> Script::comments(std::string_view script, std::string_view prefix) const {
  std::vector<Comment> found;
  // Few scripts hold any, and reading one token by token takes as long as parsing it.
  if (script.find(prefix) == std::string_view::npos) return found;
  ScriptWalk walk(script);
  for (const std::string_view comment : allComments(script)) {
    const std::string_view text = insideOf(comment);
    if (!text.starts_with(prefix)) continue;
    const auto offset = static_cast<std::size_t>(comment.data() - script.data());
    walk.moveTo(offset);
    found.push_back({.text = std::string(text), .offset = offset, .position = walk.position()});
  }
  return found;
}

}  // namespace hotswap::db
