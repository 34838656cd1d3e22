#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotswap::db::sqlite {

/// A column as CREATE TABLE or ALTER TABLE ADD COLUMN has made it, in normal form.
struct ColumnText {
  std::string name;
  std::string type;               ///< empty where none is written
  std::string properties;         ///< COLLATE, NOT NULL, DEFAULT, GENERATED in this order, as they stand in SQL
  std::string defaultExpression;  ///< what stands behind DEFAULT; empty where there is none
  bool notNull = false;
};

/// A constraint of a table, the same whether it was written behind a column or behind all of them.
struct ConstraintText {
  enum class Kind { PrimaryKey, Unique, Check, ForeignKey } kind = Kind::Check;
  std::string name;        ///< empty for one without
  std::string subject;     ///< what it is about: `(a, b)`, a check's `(a > 0)`
  std::string parent;      ///< of a foreign key: the table it leads to
  std::string definition;  ///< all of it but the name: `CHECK (a > 0)`, `UNIQUE (a, b) ON CONFLICT IGNORE`
  /// How a primary key of one column is written behind that column; empty for others.
  std::string behindColumn;
  std::string column;                  ///< its column then
  bool mustStandBehindColumn = false;  ///< INTEGER PRIMARY KEY DESC, which is not the same as PRIMARY KEY (a DESC)
};

/// A table as its CREATE TABLE describes it, in normal form: equal for tables that are equal to SQLite as far as their
/// text tells.
struct TableText {
  std::vector<ColumnText> columns;          ///< in their order
  std::vector<ConstraintText> constraints;  ///< in the order of the text
  bool strict = false;
  bool withoutRowid = false;
};

/// Reads the statement that sqlite_schema keeps for a table (https://www.sqlite.org/lang_createtable.html); nothing for
/// a virtual table or text that isn't understood.
std::optional<TableText> readTable(std::string_view sql);

}  // namespace hotswap::db::sqlite
