#include "db/sqlite/sqlite_schema.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "db/sqlite/sqlite_index_form.h"
#include "db/sqlite/sqlite_statement_parts.h"

namespace hotswap::db::sqlite {

namespace {

using Kind = SchemaObject::Kind;

constexpr const char* schemaQuery = R"(
select type, name, tbl_name, sql from main.sqlite_schema
where sql is not null and lower(substr(name, 1, 7)) <> 'sqlite_'
  and tbl_name not in (select name from pragma_table_list where schema = 'main' and type = 'shadow')
order by name)";

Kind kindOf(const std::string& type, const std::string& sql) {
  if (type == "index") return Kind::Index;
  if (type == "view") return Kind::View;
  if (type == "trigger") return Kind::Trigger;
  Lexer lexer(sql);
  lexer.takeIf("CREATE");
  return lexer.peek().is("VIRTUAL") ? Kind::VirtualTable : Kind::Table;
}

/// `(a, b)` of a view, with a blank behind it; empty where none are given.
std::string viewColumns(Lexer& lexer) {
  if (!lexer.takeIf("(")) return {};
  std::string columns = "(";
  while (!lexer.atEnd() && !lexer.takeIf(")")) {
    const Token token = lexer.take();
    columns += token.is(",") ? ", " : identifier(nameOf(token));
  }
  return columns + ") ";
}

std::string viewForm(Lexer lexer, Layout layout) {
  const std::string columns = viewColumns(lexer);
  lexer.takeIf("AS");
  return columns + (layout == Layout::Lines ? "AS\n  " : "AS ") + normalForm(lexer);
}

/// BEFORE goes without saying in SQLite, and so does FOR EACH ROW: both are written or left out always.
std::string triggerForm(Lexer lexer, Layout layout) {
  std::string form = "BEFORE";
  if (lexer.takeIf("AFTER")) form = "AFTER";
  if (lexer.takeIf("INSTEAD")) form = "INSTEAD OF";
  lexer.takeIf("OF");
  lexer.takeIf("BEFORE");
  form += " " + toUpper(lexer.take().text);
  if (lexer.takeIf("OF")) {
    form += " OF ";
    while (!lexer.atEnd() && !lexer.peek().is("ON")) {
      const Token token = lexer.take();
      form += token.is(",") ? ", " : identifier(nameOf(token));
    }
  }
  lexer.takeIf("ON");
  form += " ON " + identifier(takeObject(lexer, ObjectReference::Kind::Table).name);
  if (lexer.takeIf("FOR")) {
    lexer.takeIf("EACH");
    lexer.takeIf("ROW");
  }
  return form + (layout == Layout::Lines ? "\n" : " ") + normalForm(lexer, {}, layout);
}

}  // namespace

std::vector<std::string> Schema::columnsOf(const std::string& table) const {
  std::vector<std::string> names;
  const auto found = tables.find(table);
  if (found == tables.end()) return names;
  for (const ColumnText& column : found->second.columns) names.push_back(column.name);
  return names;
}

Schema readSchema(Session& session) {
  Schema schema;
  const Rows rows = session.query(schemaQuery);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    SchemaObject object{.kind = kindOf(rows.text(row, 0), rows.text(row, 3)),
                        .name = rows.text(row, 1),
                        .table = rows.text(row, 2),
                        .sql = rows.text(row, 3)};
    if (object.kind == Kind::Table) {
      if (auto text = readTable(object.sql)) schema.tables.emplace(object.name, std::move(*text));
    }
    schema.objects.push_back(std::move(object));
  }
  std::ranges::stable_sort(schema.objects, {}, [](const SchemaObject& object) { return object.kind; });
  return schema;
}

std::string definitionOf(const SchemaObject& object, const Schema& schema, Layout layout) {
  Lexer lexer(object.sql);
  while (!lexer.atEnd()) {
    const Token token = lexer.take();
    if (token.is("TABLE") || token.is("INDEX") || token.is("VIEW") || token.is("TRIGGER")) break;
  }
  takeObject(lexer, ObjectReference::Kind::Other);
  switch (object.kind) {
    case Kind::Index:
      lexer.takeIf("ON");
      takeObject(lexer, ObjectReference::Kind::Table);
      return "ON " + identifier(object.table) + " " + indexForm(lexer, schema.columnsOf(object.table));
    case Kind::View: return viewForm(lexer, layout);
    case Kind::Trigger: return triggerForm(lexer, layout);
    case Kind::VirtualTable:
      // What stands in its brackets is for its module, which need not read it as SQL.
      lexer.takeIf("USING");
      return "USING " + std::string(trim(std::string_view(object.sql).substr(lexer.peek().offset)));
    default: return normalForm(lexer);
  }
}

bool isOfHistory(const SchemaObject& object, const Schema& schema) {
  if (!sameName(object.table, "schema_version") && !sameName(object.table, "schema_version_log")) return false;
  const std::vector<std::string> columns = schema.columnsOf(object.table);
  return std::ranges::find(columns, "applied_by") != columns.end() &&
         std::ranges::find(columns, "execution_time_ms") != columns.end();
}

bool isUnique(const SchemaObject& object) {
  Lexer lexer(object.sql);
  return lexer.takeIf("CREATE") && lexer.takeIf("UNIQUE");
}

}  // namespace hotswap::db::sqlite
