#include "db/sqlite/sqlite_normal_form.h"

#include <algorithm>
#include <array>

#include "db/session.h"

namespace hotswap::db::sqlite {

namespace {

using Kind = Token::Kind;

template <std::size_t Size>
bool isOneOf(const Token& token, const std::array<std::string_view, Size>& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return token.is(word); });
}

/// Keywords that are never names unless quoted. SQLite reads every other keyword as a name where no keyword fits.
constexpr std::array<std::string_view, 66> reserved{"ADD",
                                                    "ALL",
                                                    "ALTER",
                                                    "AND",
                                                    "AS",
                                                    "AUTOINCREMENT",
                                                    "BETWEEN",
                                                    "CASE",
                                                    "CAST",
                                                    "CHECK",
                                                    "COLLATE",
                                                    "COMMIT",
                                                    "CONSTRAINT",
                                                    "CREATE",
                                                    "CURRENT_DATE",
                                                    "CURRENT_TIME",
                                                    "CURRENT_TIMESTAMP",
                                                    "DEFAULT",
                                                    "DEFERRABLE",
                                                    "DELETE",
                                                    "DISTINCT",
                                                    "DROP",
                                                    "ELSE",
                                                    "ESCAPE",
                                                    "EXCEPT",
                                                    "EXISTS",
                                                    "FOREIGN",
                                                    "FROM",
                                                    "GROUP",
                                                    "HAVING",
                                                    "IN",
                                                    "INDEX",
                                                    "INSERT",
                                                    "INTERSECT",
                                                    "INTO",
                                                    "IS",
                                                    "ISNULL",
                                                    "JOIN",
                                                    "LIMIT",
                                                    "NOT",
                                                    "NOTHING",
                                                    "NOTNULL",
                                                    "NULL",
                                                    "ON",
                                                    "OR",
                                                    "ORDER",
                                                    "PRIMARY",
                                                    "RAISE",
                                                    "REFERENCES",
                                                    "RETURNING",
                                                    "SELECT",
                                                    "SET",
                                                    "TABLE",
                                                    "THEN",
                                                    "TO",
                                                    "TRANSACTION",
                                                    "UNION",
                                                    "UNIQUE",
                                                    "UPDATE",
                                                    "USING",
                                                    "VALUES",
                                                    "WHEN",
                                                    "WHERE",
                                                    "WITH",
                                                    "RECURSIVE",
                                                    "MATERIALIZED"};

/// Behind these a name follows and never a string.
constexpr std::array<std::string_view, 9> namesFollow{".",     "FROM", "JOIN",       "INTO",   "UPDATE",
                                                      "TABLE", "AS",   "REFERENCES", "COLLATE"};
/// Behind these a keyword that is not reserved may be a name that shows, as a column of a view does.
constexpr std::array<std::string_view, 7> namesMayFollow{".", ",", "(", "AS", "SELECT", "COLLATE", "INTO"};

class Writer {
 public:
  Writer(const std::vector<std::string>& columns, Layout layout) : columns_(columns), layout_(layout) {}

  void add(const Token& token, const Token& following) {
    const std::string text = textOf(token, following);
    out_ += separator(token);
    out_ += text;
    // IS DISTINCT FROM is followed by a value.
    nameFollows_ = isOneOf(token, namesFollow) && !(token.is("FROM") && previous_.is("DISTINCT"));
    unary_ = (token.is("-") || token.is("+") || token.is("~")) && !endsOperand(previous_);
    previous_ = token;
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  /// Whether an expression can end with that token, so that a minus behind it is that of a difference.
  static bool endsOperand(const Token& token) {
    switch (token.kind) {
      case Kind::Word: return token.is("END") || token.is("NULL") || !isKeyword(token.text);
      case Kind::Operator: return token.is(")");
      case Kind::End: return false;
      default: return token.kind != Kind::Semicolon;
    }
  }

  [[nodiscard]] const std::string* column(const std::string& name) const {
    const auto found = std::ranges::find_if(columns_, [&](const std::string& own) { return sameName(own, name); });
    return found == columns_.end() ? nullptr : &*found;
  }

  [[nodiscard]] std::string textOf(const Token& token, const Token& following) const {
    if (token.kind != Kind::Word && token.kind != Kind::QuotedName) return std::string(token.text);
    const std::string name = nameOf(token);
    const bool keyword = token.kind == Kind::Word && isKeyword(name);
    if (!keyword && !following.is("(")) {
      if (const std::string* own = column(name)) return identifier(*own);
    }
    if (token.kind == Kind::QuotedName) {
      const bool surelyName = token.text.front() != '"' || nameFollows_ || following.is(".");
      return surelyName ? identifier(name) : quoteIdentifier(name);
    }
    if (!keyword) return name;
    const bool mayBeName = !isOneOf(token, reserved) && (isOneOf(previous_, namesMayFollow) || following.is("."));
    return mayBeName ? name : toUpper(name);
  }

  [[nodiscard]] std::string_view separator(const Token& token) {
    if (out_.empty() || token.is(",") || token.is(")") || token.is(".") || token.kind == Kind::Semicolon) return "";
    if (previous_.is("(") || previous_.is(".")) return "";
    if (layout_ == Layout::Lines && (previous_.kind == Kind::Semicolon || (previous_.is("BEGIN") && !inBody_))) {
      inBody_ = true;
      return token.is("END") ? "\n" : "\n  ";
    }
    if (token.is("(")) {
      const bool name =
          previous_.kind == Kind::QuotedName || (previous_.kind == Kind::Word && !isKeyword(previous_.text));
      return name || unary_ ? "" : " ";
    }
    // Two of them in a row would begin a comment.
    return unary_ && token.kind != Kind::Operator ? "" : " ";
  }

  const std::vector<std::string>& columns_;
  Layout layout_;
  std::string out_;
  Token previous_;
  bool nameFollows_ = false;
  bool unary_ = false;   ///< the previous token is the sign of what follows
  bool inBody_ = false;  ///< of a trigger
};

}  // namespace

std::string normalForm(Lexer rest, const std::vector<std::string>& columns, Layout layout) {
  Writer writer(columns, layout);
  while (!rest.atEnd()) {
    const Token token = rest.take();
    writer.add(token, rest.peek());
  }
  return writer.take();
}

}  // namespace hotswap::db::sqlite
