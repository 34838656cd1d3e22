#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "db/sqlite/sqlite_schema.h"

namespace hotswap::db::sqlite {

namespace {

using Kind = SchemaObject::Kind;
using ConstraintKind = ConstraintText::Kind;

std::string named(const ConstraintText& constraint, const std::string& text) {
  return constraint.name.empty() ? text : fmt::format("CONSTRAINT {} {}", identifier(constraint.name), text);
}

bool standsBehindColumn(const ConstraintText& constraint) {
  return constraint.kind == ConstraintKind::PrimaryKey && !constraint.behindColumn.empty() &&
         (constraint.mustStandBehindColumn || constraint.subject == "(" + constraint.column + ")");
}

std::string lineOf(const ColumnText& column, const TableText& table) {
  std::string line = identifier(column.name);
  if (!column.type.empty()) line += " " + column.type;
  for (const ConstraintText& constraint : table.constraints) {
    if (standsBehindColumn(constraint) && constraint.column == identifier(column.name)) {
      line += " " + named(constraint, constraint.behindColumn);
    }
  }
  if (!column.properties.empty()) line += " " + column.properties;
  return line;
}

std::string createTable(const std::string& name, const TableText& table) {
  std::vector<std::string> lines;
  for (const ColumnText& column : table.columns) lines.push_back(lineOf(column, table));
  std::vector<std::string> constraints;
  for (const ConstraintText& constraint : table.constraints) {
    if (!standsBehindColumn(constraint)) constraints.push_back(named(constraint, constraint.definition));
  }
  std::ranges::sort(constraints);
  lines.insert(lines.end(), constraints.begin(), constraints.end());
  std::string sql = fmt::format("CREATE TABLE {} (\n  {}\n)", identifier(name), fmt::join(lines, ",\n  "));
  if (table.withoutRowid) sql += " WITHOUT ROWID";
  if (table.strict) sql += table.withoutRowid ? ", STRICT" : " STRICT";
  return sql;
}

std::string statementFor(const SchemaObject& object, const Schema& schema) {
  const auto makes = [&](const char* what) {
    return fmt::format("CREATE {} {} {}", what, identifier(object.name), definitionOf(object, schema, Layout::Lines));
  };
  switch (object.kind) {
    case Kind::VirtualTable: return makes("VIRTUAL TABLE");
    case Kind::Index: return makes(isUnique(object) ? "UNIQUE INDEX" : "INDEX");
    case Kind::View: return makes("VIEW");
    case Kind::Trigger: return makes("TRIGGER");
    default: break;
  }
  const auto table = schema.tables.find(object.name);
  return table == schema.tables.end() ? object.sql : createTable(object.name, table->second);
}

}  // namespace

std::string scriptOf(const Schema& schema) {
  std::string script;
  for (const SchemaObject& object : schema.objects) {
    if (isOfHistory(object, schema)) continue;
    if (!script.empty()) script += "\n";
    script += statementFor(object, schema) + ";\n";
  }
  return script;
}

}  // namespace hotswap::db::sqlite
