#include "db/postgres/dump/array_casts.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace hotswap::db::postgres {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isWordPart(char c) {
  return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || (c & 0x80) != 0;
}

/// Behind the token that begins at `at`: a quoted text or name, a dollar-quoted text, a comment, a word, one character.
std::size_t behindToken(std::string_view sql, std::size_t at) {
  const auto behind = [&](std::string_view end, std::size_t from) {
    const std::size_t found = sql.find(end, from);
    return found == std::string_view::npos ? sql.size() : found + end.size();
  };
  const char first = sql[at];
  const bool escapes = (first == 'E' || first == 'e') && sql.substr(at + 1).starts_with('\'');
  if (first == '\'' || first == '"' || escapes) {
    const std::size_t open = escapes ? at + 1 : at;
    for (std::size_t place = open + 1; place < sql.size(); ++place) {
      if (escapes && sql[place] == '\\') {
        ++place;
      } else if (sql[place] == sql[open]) {
        return place + 1;  // a doubled quote is read as two texts in a row, which ends at the same place
      }
    }
    return sql.size();
  }
  if (first == '$') {
    std::size_t tag = at + 1;
    while (tag < sql.size() && sql[tag] != '$' && isWordPart(sql[tag])) ++tag;
    if (tag < sql.size() && sql[tag] == '$' && !isDigit(sql[at + 1])) {
      return behind(sql.substr(at, tag - at + 1), tag + 1);
    }
  }
  if (sql.substr(at).starts_with("--")) return behind("\n", at);
  if (isWordPart(first)) {
    std::size_t end = at + 1;
    while (end < sql.size() && isWordPart(sql[end])) ++end;
    return end;
  }
  return at + 1;
}

/// The type that an element of an array shows: by its cast, or as a plain number or truth value.
std::optional<std::string_view> typeOfElement(std::string_view element) {
  constexpr std::string_view blanks = " \n\t";
  element.remove_prefix(std::min(element.find_first_not_of(blanks), element.size()));
  std::size_t cast = std::string_view::npos;
  int depth = 0;
  for (std::size_t at = 0; at < element.size();) {
    if (element[at] == '(' || element[at] == '[') ++depth;
    if (element[at] == ')' || element[at] == ']') --depth;
    if (depth == 0 && element.substr(at).starts_with("::")) cast = at;
    at = behindToken(element, at);
  }
  if (cast != std::string_view::npos) return element.substr(cast + 2);
  if (element == "true" || element == "false") return "boolean";
  if (element.empty() || !std::ranges::all_of(element, [](char c) { return isDigit(c) || c == '.'; })) {
    return std::nullopt;
  }
  if (element.find('.') != std::string_view::npos) return "numeric";
  constexpr std::size_t digitsOfEveryInteger = 9;
  return element.size() <= digitsOfEveryInteger ? std::optional<std::string_view>("integer") : std::nullopt;
}

struct Array {
  std::size_t close = 0;  ///< of its `]`
  std::optional<std::string_view> type;
};

/// The array whose `[` stands at `open`.
std::optional<Array> arrayAt(std::string_view sql, std::size_t open) {
  Array array;
  bool first = true;
  bool alike = true;
  const auto take = [&](std::size_t from, std::size_t to) {
    const auto type = typeOfElement(sql.substr(from, to - from));
    alike = alike && type && (first || type == array.type);
    array.type = type;
    first = false;
  };
  int depth = 0;
  std::size_t begin = open + 1;
  for (std::size_t at = open + 1; at < sql.size(); at = behindToken(sql, at)) {
    const char c = sql[at];
    if (depth == 0 && (c == ',' || c == ']')) {
      take(begin, at);
      begin = at + 1;
    }
    if (c == ']' && depth == 0) {
      array.close = at;
      if (!alike) array.type.reset();
      return array;
    }
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') --depth;
  }
  return std::nullopt;
}

}  // namespace

std::string withTypedArrays(std::string_view sql) {
  std::vector<std::pair<std::size_t, std::string_view>> casts;
  for (std::size_t at = 0; at < sql.size();) {
    const std::size_t next = behindToken(sql, at);
    if (sql.substr(at, next - at) == "ARRAY" && at > 0 && sql[at - 1] == '(' && next < sql.size() && sql[next] == '[') {
      const std::optional<Array> array = arrayAt(sql, next);
      if (array && array->type && sql.substr(array->close + 1).starts_with(")::")) {
        casts.emplace_back(array->close + 1, *array->type);
      }
    }
    at = next;
  }
  std::ranges::sort(casts);
  std::string typed;
  std::size_t copied = 0;
  for (const auto& [place, type] : casts) {
    typed.append(sql.substr(copied, place - copied)).append("::").append(type).append("[]");
    copied = place;
  }
  return typed.append(sql.substr(copied));
}

}  // namespace hotswap::db::postgres
