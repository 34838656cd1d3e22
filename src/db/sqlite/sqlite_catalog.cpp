#include "db/sqlite/sqlite_catalog.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>
#include <utility>

#include "db/sqlite/sqlite_listing.h"
#include "db/sqlite/sqlite_schema.h"

namespace hotswap::db::sqlite {

namespace {

using ObjectKind = SchemaObject::Kind;

constexpr const char* fileSchema = "main";

constexpr const char* indexesQuery = R"(
select i.name, t.name, i."unique", i.origin = 'pk', x.name, x."desc", s.sql
from main.sqlite_schema t
join pragma_index_list(t.name, 'main') i
join pragma_index_xinfo(i.name, 'main') x on x.key
left join main.sqlite_schema s on s.type = 'index' and s.name = i.name
where t.type = 'table' and lower(substr(t.name, 1, 7)) <> 'sqlite_'
  and t.name not in (select name from pragma_table_list where schema = 'main' and type in ('shadow', 'virtual'))
order by t.name, i.name, x.seqno)";

/// Columns of views and virtual tables; those of tables stand in their text.
constexpr const char* computedColumnsQuery = R"(
select l.name, x.name, x.type, x."notnull", x.dflt_value
from pragma_table_list l join pragma_table_xinfo(l.name, 'main') x
where l.schema = 'main' and l.type in ('view', 'virtual') and x.hidden <> 1 order by l.name, x.cid)";

std::map<std::string, std::vector<Column>> computedColumns(Session& session) {
  std::map<std::string, std::vector<Column>> columns;
  try {
    const Rows rows = session.query(computedColumnsQuery);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      columns[rows.text(row, 0)].push_back({.name = rows.text(row, 1),
                                            .type = rows.text(row, 2),
                                            .nullable = !rows.boolean(row, 3),
                                            .defaultExpression = rows.at(row, 4)});
    }
  } catch (const SqlError& error) {
    // A view of something that is gone has no columns, and SQLite then tells those of no other either.
    if (error.kind() != SqlErrorKind::MissingObject && error.kind() != SqlErrorKind::Other) throw;
    columns.clear();
  }
  return columns;
}

std::vector<Column> columnsOf(const TableText& text) {
  std::vector<Column> columns;
  for (const ColumnText& column : text.columns) {
    columns.push_back({.name = column.name,
                       .type = column.type,
                       .nullable = !column.notNull,
                       .defaultExpression =
                           column.defaultExpression.empty() ? std::optional<std::string>() : column.defaultExpression});
  }
  return columns;
}

/// Rows of each table as ANALYZE has counted them: the first number of its statistics.
std::map<std::string, std::int64_t> analyzedRows(Session& session) {
  std::map<std::string, std::int64_t> counts;
  if (session.query("select 1 from main.sqlite_schema where name = 'sqlite_stat1'").empty()) return counts;
  const Rows rows = session.query("select tbl, max(cast(stat as integer)) from main.sqlite_stat1 group by tbl");
  for (std::size_t row = 0; row < rows.size(); ++row) counts[rows.text(row, 0)] = rows.integer(row, 1);
  return counts;
}

bool hasSchema(Session& session, const std::string& schema) {
  const std::array<Value, 1> parameters{schema};
  return !session.query("select 1 from pragma_database_list where lower(name) = lower($1)", parameters).empty();
}

/// The schemas in which an object is looked for, in SQLite's order; none where the one named isn't there.
std::vector<std::string> schemasFor(Session& session, const std::string& schema) {
  if (schema.empty()) return {"temp", fileSchema};
  if (!hasSchema(session, schema)) return {};
  return {schema};
}

bool inSchemaTable(Session& session, const std::string& schema, const char* types, const std::string& name,
                   const std::string& table) {
  const std::array<Value, 2> parameters{name, table};
  const std::string sql = fmt::format(
      "select 1 from {}.sqlite_schema where type in ({}) and lower(name) = lower($1) "
      "and ($2 = '' or lower(tbl_name) = lower($2))",
      quoteIdentifier(schema), types);
  return !session.query(sql, parameters).empty();
}

bool hasColumn(Session& session, const std::string& schema, const ObjectReference& column) {
  const std::array<Value, 3> parameters{column.table, schema, column.name};
  return !session.query("select 1 from pragma_table_xinfo($1, $2) where lower(name) = lower($3)", parameters).empty();
}

bool hasConstraint(Session& session, const ObjectReference& wanted) {
  for (const auto& [name, text] : readSchema(session).tables) {
    if (!sameName(name, wanted.table)) continue;
    for (const ConstraintText& constraint : text.constraints) {
      if (sameName(constraint.name, wanted.name)) return true;
    }
  }
  return false;
}

}  // namespace

SchemaListing SqliteCatalog::listing(Session& session) const { return listingOf(readSchema(session)); }

std::string SqliteCatalog::dump(Session& session) const { return scriptOf(readSchema(session)); }

std::vector<Table> SqliteCatalog::tables(Session& session) const {
  const Schema schema = readSchema(session);
  const auto counts = analyzedRows(session);
  auto computed = computedColumns(session);
  std::vector<Table> tables;
  for (const SchemaObject& object : schema.objects) {
    if (object.kind == ObjectKind::Index || object.kind == ObjectKind::Trigger) continue;
    Table table;
    table.schema = fileSchema;
    table.name = object.name;
    table.kind = object.kind == ObjectKind::View ? "view" : "table";
    const auto text = schema.tables.find(object.name);
    table.columns = text == schema.tables.end() ? std::move(computed[object.name]) : columnsOf(text->second);
    if (const auto count = counts.find(object.name); count != counts.end()) table.estimatedRows = count->second;
    tables.push_back(std::move(table));
  }
  return tables;
}

std::vector<Index> SqliteCatalog::indexes(Session& session) const {
  const Rows rows = session.query(indexesQuery);
  std::vector<Index> indexes;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (indexes.empty() || indexes.back().name != rows.text(row, 0)) {
      Index index;
      index.schema = fileSchema;
      index.name = rows.text(row, 0);
      index.table = rows.text(row, 1);
      index.unique = rows.boolean(row, 2);
      index.primary = rows.boolean(row, 3);
      index.definition = rows.text(row, 6);
      indexes.push_back(std::move(index));
    }
    const std::string column = rows.at(row, 4) ? identifier(rows.text(row, 4)) : "(expression)";
    indexes.back().columns.push_back(rows.boolean(row, 5) ? column + " DESC" : column);
  }
  return indexes;
}

std::vector<Constraint> SqliteCatalog::constraints(Session& session) const {
  std::vector<Constraint> constraints;
  for (const auto& [table, text] : readSchema(session).tables) {
    for (const ConstraintText& constraint : text.constraints) {
      constraints.push_back({.schema = fileSchema,
                             .table = table,
                             .name = constraint.name,
                             .kind = std::string(kindName(constraint.kind)),
                             .definition = constraint.definition});
    }
  }
  return constraints;
}

std::string SqliteCatalog::schemaOf(Session& session, const std::string& relation) const {
  for (const std::string& schema : schemasFor(session, {})) {
    if (inSchemaTable(session, schema, "'table', 'view', 'index'", relation, {})) return schema;
  }
  return {};
}

std::optional<bool> SqliteCatalog::exists(Session& session, const ObjectReference& object) const {
  using Kind = ObjectReference::Kind;
  if (object.kind == Kind::Other) return std::nullopt;
  if (object.kind == Kind::Schema) return hasSchema(session, object.name);
  if (object.kind == Kind::Constraint) return hasConstraint(session, object);
  if (object.kind == Kind::Function) {
    const std::array<Value, 1> parameters{object.name};
    return !session.query("select 1 from pragma_function_list where lower(name) = lower($1)", parameters).empty();
  }
  if (object.kind == Kind::Type) return std::nullopt;  // any word is one
  for (const std::string& schema : schemasFor(session, object.schema)) {
    switch (object.kind) {
      case Kind::Column:
        if (hasColumn(session, schema, object)) return true;
        break;
      case Kind::Trigger:
        if (inSchemaTable(session, schema, "'trigger'", object.name, object.table)) return true;
        break;
      case Kind::Index:
        if (inSchemaTable(session, schema, "'table', 'view', 'index'", object.name, object.table)) return true;
        break;
      default:
        if (inSchemaTable(session, schema, "'table', 'view', 'index'", object.name, {})) return true;
    }
  }
  return false;
}

std::string SqliteCatalog::defaultSchema(Session& /*session*/) const { return fileSchema; }

}  // namespace hotswap::db::sqlite
