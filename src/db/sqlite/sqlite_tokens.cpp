#include "db/sqlite/sqlite_tokens.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>

#include "db/session.h"

namespace hotswap::db::sqlite {

namespace {

using Kind = Token::Kind;

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isHexDigit(char c) { return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool isNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80U;
}
bool isNamePart(char c) { return isNameStart(c) || isDigit(c) || c == '$'; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

bool isSafeBare(std::string_view name) {
  // Bare, these two would be values where no column has their name.
  if (name.empty() || sameName(name, "true") || sameName(name, "false")) return false;
  if (!std::ranges::all_of(name, [](char c) { return isNamePart(c) && static_cast<unsigned char>(c) < 0x80U; })) {
    return false;
  }
  return isNameStart(name.front()) && !isKeyword(name);
}

}  // namespace

bool Token::is(std::string_view upperCase) const {
  return (kind == Kind::Word || kind == Kind::Operator) && sameName(text, upperCase);
}

Token Lexer::take() {
  const Token taken = current_;
  advance();
  return taken;
}

bool Lexer::takeIf(std::string_view upperCase) {
  if (!current_.is(upperCase)) return false;
  advance();
  return true;
}

void Lexer::advance() {
  skipBlanks();
  current_ = {.kind = Kind::End, .text = {}, .offset = at_};
  if (at_ >= text_.size()) return;
  std::size_t end = at_;
  current_.kind = measure(end);
  current_.text = text_.substr(at_, end - at_);
  at_ = end;
}

void Lexer::skipBlanks() {
  while (at_ < text_.size()) {
    const std::size_t begin = at_;
    if (isBlank(text_[at_])) {
      ++at_;
      continue;
    }
    if (text_[at_] == '-' && at(at_ + 1) == '-') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (text_[at_] == '/' && at(at_ + 1) == '*' && at_ + 2 < text_.size()) {
      // One that doesn't end is a comment all the same.
      const std::size_t end = text_.find("*/", at_ + 2);
      at_ = end == std::string_view::npos ? text_.size() : end + 2;
    } else {
      return;
    }
    if (comments_ != nullptr) comments_->push_back(text_.substr(begin, at_ - begin));
  }
}

/// Kind and end of the token that starts at `at_`.
Token::Kind Lexer::measure(std::size_t& end) const {
  const char c = text_[at_];
  switch (c) {
    case '\'': return quoted('\'', Kind::String, end);
    case '"': return quoted('"', Kind::QuotedName, end);
    case '`': return quoted('`', Kind::QuotedName, end);
    case '[': {
      const std::size_t closing = text_.find(']', at_);
      end = closing == std::string_view::npos ? text_.size() : closing + 1;
      return closing == std::string_view::npos ? Kind::Illegal : Kind::QuotedName;
    }
    case ';': end = at_ + 1; return Kind::Semicolon;
    case '?':
    case '$':
    case '@':
    case '#':
    case ':': return variable(end);
    default: break;
  }
  if (isDigit(c) || (c == '.' && isDigit(at(at_ + 1)))) return number(end);
  if ((c == 'x' || c == 'X') && at(at_ + 1) == '\'') {
    end = at_ + 2;
    while (isHexDigit(at(end))) ++end;
    const bool whole = at(end) == '\'' && (end - at_) % 2 == 0;
    end = std::min(text_.find('\'', end), text_.size() - 1) + 1;
    return whole ? Kind::Blob : Kind::Illegal;
  }
  if (isNameStart(c)) {
    end = at_ + 1;
    while (end < text_.size() && isNamePart(text_[end])) ++end;
    return Kind::Word;
  }
  constexpr std::array<std::string_view, 11> longOnes{"->>", "->", "||", "<=", "<>", "<<", ">=", ">>", "==", "!=", ""};
  const std::string_view rest = text_.substr(at_);
  const std::size_t length =
      std::max<std::size_t>(1, std::ranges::find_if(longOnes, [&](auto op) { return rest.starts_with(op); })->size());
  end = at_ + length;
  constexpr std::string_view shortOnes = "-()/*%=<>|&~+,.";
  return length > 1 || shortOnes.find(c) != std::string_view::npos ? Kind::Operator : Kind::Illegal;
}

Token::Kind Lexer::quoted(char closing, Kind kind, std::size_t& end) const {
  end = at_ + 1;
  while (true) {
    end = text_.find(closing, end);
    if (end == std::string_view::npos) {
      end = text_.size();
      return Kind::Illegal;
    }
    ++end;
    if (at(end) != closing) return kind;
    ++end;
  }
}

Token::Kind Lexer::number(std::size_t& end) const {
  end = at_;
  if (text_[end] == '0' && (at(end + 1) == 'x' || at(end + 1) == 'X') && isHexDigit(at(end + 2))) {
    end += 2;
    while (isHexDigit(at(end))) ++end;
  } else {
    while (isDigit(at(end))) ++end;
    if (at(end) == '.') {
      ++end;
      while (isDigit(at(end))) ++end;
    }
    const std::size_t sign = at(end + 1) == '+' || at(end + 1) == '-' ? 1 : 0;
    if ((at(end) == 'e' || at(end) == 'E') && isDigit(at(end + 1 + sign))) {
      end += 1 + sign;
      while (isDigit(at(end))) ++end;
    }
  }
  if (!isNamePart(at(end))) return Kind::Number;
  while (isNamePart(at(end))) ++end;
  return Kind::Illegal;
}

Token::Kind Lexer::variable(std::size_t& end) const {
  end = at_ + 1;
  if (text_[at_] == '?') {
    while (isDigit(at(end))) ++end;
    return Kind::Variable;
  }
  std::size_t length = 0;
  while (end < text_.size()) {
    if (isNamePart(text_[end])) {
      ++length;
    } else if (text_[end] == '(' && length > 0) {
      // Tcl's array elements, `$a(b)`.
      const std::size_t closing = text_.find_first_of(") \t\r\n\f", end);
      if (closing == std::string_view::npos || text_[closing] != ')') return Kind::Illegal;
      end = closing + 1;
      return Kind::Variable;
    } else if (text_[end] == ':' && at(end + 1) == ':') {
      ++end;
    } else {
      break;
    }
    ++end;
  }
  return length == 0 ? Kind::Illegal : Kind::Variable;
}

std::string nameOf(const Token& token) {
  if (token.kind != Kind::QuotedName && token.kind != Kind::String) return std::string(token.text);
  const std::string_view inside = token.text.substr(1, token.text.size() - 2);
  const char quote = token.text.front();
  if (quote == '[') return std::string(inside);
  std::string name;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    name += inside[i];
    if (inside[i] == quote) ++i;
  }
  return name;
}

std::string identifier(std::string_view name) { return isSafeBare(name) ? std::string(name) : quoteIdentifier(name); }

bool isKeyword(std::string_view word) { return sqlite3_keyword_check(word.data(), static_cast<int>(word.size())) != 0; }

std::string toUpper(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), upper);
  return result;
}

bool sameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return upper(x) == upper(y); });
}

}  // namespace hotswap::db::sqlite
