#pragma once
#include <map>
#include <string>
#include <vector>

#include "db/session.h"
#include "db/sqlite/sqlite_normal_form.h"
#include "db/sqlite/sqlite_table_text.h"

namespace hotswap::db::sqlite {

/// One object of the user's in the database's own file, as sqlite_schema keeps it.
struct SchemaObject {
  enum class Kind { Table, VirtualTable, Index, View, Trigger } kind = Kind::Table;
  std::string name;
  std::string table;  ///< of an index or a trigger, else its own name
  std::string sql;
};

/// The whole schema: SQLite keeps it as text, the statements that made it. Left out are SQLite's own tables and
/// indexes, what the module of a virtual table has made for itself, temporary objects and attached files.
struct Schema {
  std::vector<SchemaObject> objects;        ///< by kind in the order above, then by name
  std::map<std::string, TableText> tables;  ///< by name; without virtual ones and text that isn't understood

  /// Names of a table's columns, none for a table that isn't in `tables`.
  [[nodiscard]] std::vector<std::string> columnsOf(const std::string& table) const;
};

/// Reads it with one statement. Throws SqlError.
Schema readSchema(Session& session);

/// What stands behind the name in the statement that makes an index, a view, a trigger or a virtual table, in normal
/// form: `ON t (a, b) WHERE c`, `AS SELECT …`, `AFTER INSERT ON t BEGIN …`, `USING fts5(a)` (as it was written).
std::string definitionOf(const SchemaObject& object, const Schema& schema, Layout layout);
/// Whether it is one of the tables in which HotSwap keeps its history (schema_version, schema_version_log; known by
/// their names and columns, as another tool may have tables of these names), or belongs to one.
bool isOfHistory(const SchemaObject& object, const Schema& schema);
/// Whether an index is a unique one.
bool isUnique(const SchemaObject& object);

/// The schema as a script that makes it anew in an empty database: tables, virtual tables, indexes, views, triggers,
/// each by name. None of them has to be there before another of its kind. Equal schemas give the same text.
/// What isOfHistory is left out.
std::string scriptOf(const Schema& schema);

}  // namespace hotswap::db::sqlite
