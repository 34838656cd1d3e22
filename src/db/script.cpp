#include "db/script.h"

#include <algorithm>

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

/// `-- hotswap: commit`: what stands before it is committed before what stands behind it begins.
bool asksForCommit(const Comment& comment) {
  return trim(std::string_view(comment.text).substr(directivePrefix.size())) == "commit";
}

}  // namespace

ParsedScript Script::parse(std::string_view script, Trees trees) const {
  ParsedScript parsed = parseStatements(script, trees);
  if (parsed.statements.empty()) return parsed;
  auto next = parsed.statements.begin();
  for (const Comment& comment : comments(script, directivePrefix)) {
    if (!asksForCommit(comment)) continue;
    next = std::find_if(next, parsed.statements.end(),
                        [&](const Statement& statement) { return statement.offset > comment.offset; });
    if (next == parsed.statements.end()) break;
    next->beginsUnit = true;
  }
  return parsed;
}

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
