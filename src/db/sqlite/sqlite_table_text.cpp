#include "db/sqlite/sqlite_table_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "db/sqlite/sqlite_normal_form.h"
#include "db/sqlite/sqlite_statement_parts.h"
#include "db/sqlite/sqlite_tokens.h"

namespace hotswap::db::sqlite {

namespace {

using Kind = ConstraintText::Kind;

/// Thrown within this file where the text goes on in a way the reader doesn't know.
struct NotUnderstood : std::exception {};

void append(std::string& text, std::string_view more) {
  if (!text.empty() && !more.empty()) text += ' ';
  text += more;
}

/// One pass over a CREATE TABLE. Expressions may name columns that come later, so that it takes two: the second knows
/// `columns` from the first.
class Reader {
 public:
  Reader(std::string_view sql, std::vector<std::string> columns)
      : sql_(sql), lexer_(sql), columnNames_(std::move(columns)) {}

  TableText read() {
    require("CREATE");
    require("TABLE");
    if (takeObject(lexer_, ObjectReference::Kind::Table).name.empty()) throw NotUnderstood();
    require("(");
    do {
      if (startsConstraint()) {
        readConstraints();
      } else {
        readColumn();
      }
    } while (lexer_.takeIf(","));
    require(")");
    readOptions();
    return std::move(table_);
  }

 private:
  void require(std::string_view word) {
    if (!lexer_.takeIf(word)) throw NotUnderstood();
  }

  std::string takeName() {
    if (!lexer_.peek().isName()) throw NotUnderstood();
    return nameOf(lexer_.take());
  }

  [[nodiscard]] bool startsConstraint() const {
    constexpr std::array<std::string_view, 5> words{"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"};
    return std::ranges::any_of(words, [&](auto word) { return lexer_.peek().is(word); });
  }

  /// What stands in brackets, without them, in normal form.
  std::string takeGroup() {
    require("(");
    const std::size_t from = lexer_.peek().offset;
    std::size_t to = from;
    for (int depth = 1;;) {
      if (lexer_.atEnd()) throw NotUnderstood();
      const Token token = lexer_.take();
      if (token.is("(")) ++depth;
      if (token.is(")") && --depth == 0) break;
      to = token.offset + token.text.size();
    }
    return normalForm(Lexer(sql_.substr(0, to), from), columnNames_);
  }

  /// An opening bracket and the columns of a key; ASC, which goes without saying, is left out.
  std::string takeKeyColumns() {
    require("(");
    std::string columns;
    do {
      if (!columns.empty()) columns += ", ";
      columns += ownColumn(takeName());
      if (lexer_.takeIf("COLLATE")) columns += " COLLATE " + identifier(takeName());
      if (!lexer_.takeIf("ASC") && lexer_.takeIf("DESC")) columns += " DESC";
    } while (lexer_.takeIf(","));
    return columns;
  }

  [[nodiscard]] std::string ownColumn(const std::string& name) const {
    const auto found = std::ranges::find_if(columnNames_, [&](const std::string& own) { return sameName(own, name); });
    return identifier(found == columnNames_.end() ? name : *found);
  }

  std::string takeOnConflict() {
    if (!lexer_.takeIf("ON")) return {};
    require("CONFLICT");
    // What is done anyway needn't be said.
    const std::string action = toUpper(takeName());
    return action == "ABORT" ? std::string() : "ON CONFLICT " + action;
  }

  std::string takeType();
  void readColumn();
  bool readColumnPart(ColumnText& column, std::string& name);
  std::string takeDefault();
  std::string takeGenerated();
  void readColumnKey(const ColumnText& column, const std::string& name);
  void readConstraints();
  void readConstraint(const std::string& name);
  void readReferences(const std::string& columns, const std::string& name);
  bool takeDeferral();
  void readOptions();

  std::string_view sql_;
  Lexer lexer_;
  std::vector<std::string> columnNames_;
  TableText table_;
  std::string collation_, notNull_, default_, generated_;  ///< of the present column
};

std::string Reader::takeType() {
  constexpr std::array<std::string_view, 10> ends{"CONSTRAINT", "PRIMARY", "NOT",        "NULL", "UNIQUE",
                                                  "CHECK",      "DEFAULT", "REFERENCES", "AS",   "COLLATE"};
  std::string type;
  while (lexer_.peek().isName() && std::ranges::none_of(ends, [&](auto word) { return lexer_.peek().is(word); })) {
    Lexer ahead = lexer_;
    if (ahead.takeIf("GENERATED") && ahead.peek().is("ALWAYS")) break;
    append(type, lexer_.take().text);
  }
  if (!type.empty() && lexer_.peek().is("(")) type += "(" + takeGroup() + ")";
  return type;
}

void Reader::readColumn() {
  ColumnText column;
  column.name = takeName();
  column.type = takeType();
  collation_ = notNull_ = default_ = generated_ = {};
  std::string constraintName;
  while (readColumnPart(column, constraintName)) {
  }
  for (const std::string* part : {&collation_, &notNull_, &default_, &generated_}) append(column.properties, *part);
  column.notNull = !notNull_.empty();
  if (!default_.empty()) column.defaultExpression = default_.substr(std::string_view("DEFAULT ").size());
  table_.columns.push_back(std::move(column));
}

/// `name`: that of the constraint which begins here, for the next part to use up.
bool Reader::readColumnPart(ColumnText& column, std::string& name) {
  if (lexer_.takeIf("CONSTRAINT")) {
    name = takeName();
    return true;
  }
  const std::string present = std::exchange(name, {});
  if (lexer_.peek().is("PRIMARY")) {
    readColumnKey(column, present);
  } else if (lexer_.takeIf("UNIQUE")) {
    const std::string subject = "(" + identifier(column.name) + ")";
    std::string definition = "UNIQUE " + subject;
    append(definition, takeOnConflict());
    table_.constraints.push_back(
        {.kind = Kind::Unique, .name = present, .subject = subject, .definition = std::move(definition)});
  } else if (lexer_.takeIf("CHECK")) {
    const std::string subject = "(" + takeGroup() + ")";
    table_.constraints.push_back(
        {.kind = Kind::Check, .name = present, .subject = subject, .definition = "CHECK " + subject});
  } else if (lexer_.takeIf("DEFAULT")) {
    default_ = "DEFAULT " + takeDefault();
  } else if (lexer_.takeIf("COLLATE")) {
    collation_ = "COLLATE " + identifier(takeName());
  } else if (lexer_.takeIf("REFERENCES")) {
    readReferences(identifier(column.name), present);
  } else if (lexer_.peek().is("GENERATED") || lexer_.peek().is("AS")) {
    generated_ = takeGenerated();
  } else if (lexer_.takeIf("NOT")) {
    require("NULL");
    notNull_ = "NOT NULL";
    append(notNull_, takeOnConflict());
  } else if (lexer_.takeIf("NULL")) {
    takeOnConflict();
  } else {
    if (!lexer_.peek().is(",") && !lexer_.peek().is(")")) throw NotUnderstood();
    return false;
  }
  return true;
}

/// `5`, `-5`, `'x'`, `name`, `(expression)`; brackets around a single value are left out.
std::string Reader::takeDefault() {
  if (lexer_.peek().is("(")) {
    Lexer ahead = lexer_;
    ahead.take();
    const Token only = ahead.take();
    const bool literal = only.kind == Token::Kind::Number || only.kind == Token::Kind::String || only.is("NULL");
    const std::string group = takeGroup();
    return literal && ahead.peek().is(")") ? group : "(" + group + ")";
  }
  std::string sign;
  if (lexer_.peek().is("-") || lexer_.peek().is("+")) sign = lexer_.take().text;
  if (lexer_.atEnd()) throw NotUnderstood();
  const Token value = lexer_.take();
  if (value.kind == Token::Kind::Word && isKeyword(value.text)) return sign + toUpper(value.text);
  return sign + std::string(value.text);
}

std::string Reader::takeGenerated() {
  if (lexer_.takeIf("GENERATED")) require("ALWAYS");
  require("AS");
  const std::string text = "GENERATED ALWAYS AS (" + takeGroup() + ")";
  if (lexer_.takeIf("STORED")) return text + " STORED";
  lexer_.takeIf("VIRTUAL");
  return text + " VIRTUAL";
}

void Reader::readColumnKey(const ColumnText& column, const std::string& name) {
  require("PRIMARY");
  require("KEY");
  const bool descending = !lexer_.takeIf("ASC") && lexer_.takeIf("DESC");
  const std::string conflict = takeOnConflict();
  const bool automatic = lexer_.takeIf("AUTOINCREMENT");
  ConstraintText key{.kind = Kind::PrimaryKey, .name = name, .column = identifier(column.name)};
  key.mustStandBehindColumn = descending && sameName(column.type, "INTEGER");
  key.subject = fmt::format("({}{})", key.column, descending ? " DESC" : "");
  key.definition =
      fmt::format("PRIMARY KEY ({}{}{})", key.column, descending ? " DESC" : "", automatic ? " AUTOINCREMENT" : "");
  append(key.definition, conflict);
  if (key.mustStandBehindColumn) key.definition += " not in place of the row's number";
  key.behindColumn = descending ? "PRIMARY KEY DESC" : "PRIMARY KEY";
  append(key.behindColumn, conflict);
  if (automatic) key.behindColumn += " AUTOINCREMENT";
  table_.constraints.push_back(std::move(key));
}

/// Constraints of the table; SQLite lets the comma between them be left out.
void Reader::readConstraints() {
  while (startsConstraint()) {
    std::string name;
    while (lexer_.takeIf("CONSTRAINT")) name = takeName();
    readConstraint(name);
  }
}

void Reader::readConstraint(const std::string& name) {
  if (lexer_.takeIf("CHECK")) {
    const std::string subject = "(" + takeGroup() + ")";
    takeOnConflict();  // read by SQLite and never looked at
    table_.constraints.push_back(
        {.kind = Kind::Check, .name = name, .subject = subject, .definition = "CHECK " + subject});
    return;
  }
  if (lexer_.takeIf("FOREIGN")) {
    require("KEY");
    const std::string columns = takeKeyColumns();
    require(")");
    require("REFERENCES");
    readReferences(columns, name);
    return;
  }
  const bool primary = lexer_.takeIf("PRIMARY");
  require(primary ? "KEY" : "UNIQUE");
  const std::string columns = takeKeyColumns();
  const bool automatic = lexer_.takeIf("AUTOINCREMENT");
  require(")");
  const std::string conflict = takeOnConflict();
  ConstraintText key{.kind = primary ? Kind::PrimaryKey : Kind::Unique, .name = name, .subject = "(" + columns + ")"};
  key.definition =
      fmt::format("{} ({}{})", primary ? "PRIMARY KEY" : "UNIQUE", columns, automatic ? " AUTOINCREMENT" : "");
  append(key.definition, conflict);
  const bool oneColumn = std::ranges::any_of(columnNames_, [&](const auto& own) { return identifier(own) == columns; });
  if (primary && oneColumn) {
    key.column = columns;
    key.behindColumn = "PRIMARY KEY";
    append(key.behindColumn, conflict);
    if (automatic) key.behindColumn += " AUTOINCREMENT";
  }
  table_.constraints.push_back(std::move(key));
}

/// `columns`: those of the child, in normal form, without brackets.
void Reader::readReferences(const std::string& columns, const std::string& name) {
  ConstraintText key{.kind = Kind::ForeignKey, .name = name, .subject = "(" + columns + ")"};
  const std::string parent = takeName();
  key.parent = identifier(parent);
  key.definition = fmt::format("FOREIGN KEY {} REFERENCES {}", key.subject, key.parent);
  if (lexer_.takeIf("(")) {
    std::string parentColumns;
    do {
      if (!parentColumns.empty()) parentColumns += ", ";
      parentColumns += identifier(takeName());
    } while (lexer_.takeIf(","));
    require(")");
    key.definition += "(" + parentColumns + ")";
  }
  std::string onDelete, onUpdate;
  while (lexer_.peek().is("ON") || lexer_.peek().is("MATCH")) {
    if (lexer_.takeIf("MATCH")) {
      takeName();  // read by SQLite and never looked at
      continue;
    }
    lexer_.take();
    const std::string event = toUpper(takeName());
    std::string action = toUpper(takeName());
    if (action == "SET" || action == "NO") action += " " + toUpper(takeName());
    (event == "DELETE" ? onDelete : onUpdate) = action == "NO ACTION" ? "" : fmt::format("ON {} {}", event, action);
  }
  append(key.definition, onDelete);
  append(key.definition, onUpdate);
  if (takeDeferral()) key.definition += " DEFERRABLE INITIALLY DEFERRED";
  table_.constraints.push_back(std::move(key));
}

/// Whether a foreign key is looked at when its transaction ends, which takes both words.
bool Reader::takeDeferral() {
  Lexer ahead = lexer_;
  const bool negated = ahead.takeIf("NOT");
  if (!ahead.takeIf("DEFERRABLE")) return false;
  bool deferred = false;
  if (ahead.takeIf("INITIALLY")) deferred = ahead.take().is("DEFERRED");
  lexer_ = ahead;
  return deferred && !negated;
}

void Reader::readOptions() {
  while (!lexer_.atEnd()) {
    if (lexer_.takeIf("WITHOUT")) {
      lexer_.take();
      table_.withoutRowid = true;
    } else if (lexer_.takeIf("STRICT")) {
      table_.strict = true;
    } else if (lexer_.takeIf(",")) {
      continue;
    } else {
      throw NotUnderstood();
    }
  }
}

}  // namespace

std::optional<TableText> readTable(std::string_view sql) {
  try {
    std::vector<std::string> names;
    for (const ColumnText& column : Reader(sql, {}).read().columns) names.push_back(column.name);
    return Reader(sql, std::move(names)).read();
  } catch (const NotUnderstood&) {
    return std::nullopt;
  }
}

}  // namespace hotswap::db::sqlite
