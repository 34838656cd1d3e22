#include "db/sqlite/sqlite_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace hotswap::db::sqlite {

namespace {

using Kind = SchemaObject::Kind;
using ConstraintKind = ConstraintText::Kind;

std::string keyOf(const std::string& table, const ConstraintText& constraint) {
  if (constraint.kind == ConstraintKind::PrimaryKey) return "primary key " + table;
  std::string key = fmt::format("{} {} {}", kindName(constraint.kind), table, constraint.subject);
  if (constraint.kind == ConstraintKind::ForeignKey) key += " to " + constraint.parent;
  return key;
}

void addTable(const std::string& name, const TableText& text, SchemaListing& listing) {
  const std::string table = identifier(name);
  listing.definitions["table " + table] =
      fmt::format("table{}{}", text.strict ? ", strict" : "", text.withoutRowid ? ", without rowid" : "");
  int number = 0;
  for (const ColumnText& column : text.columns) {
    std::string definition = std::to_string(++number);
    for (const std::string& part : {column.type, column.properties}) {
      if (!part.empty()) definition += " " + part;
    }
    listing.definitions[fmt::format("column {}.{}", table, identifier(column.name))] = std::move(definition);
  }
  // Nothing keeps a table from having the same constraint twice, under two names or none.
  std::map<std::string, std::vector<std::string>> constraints;
  for (const ConstraintText& constraint : text.constraints) {
    std::string definition = constraint.definition;
    if (!constraint.name.empty()) definition += " named " + identifier(constraint.name);
    constraints[keyOf(table, constraint)].push_back(std::move(definition));
  }
  for (auto& [key, definitions] : constraints) {
    std::ranges::sort(definitions);
    listing.definitions[key] = fmt::format("{}", fmt::join(definitions, " | "));
  }
}

}  // namespace

std::string_view kindName(ConstraintKind kind) {
  switch (kind) {
    case ConstraintKind::PrimaryKey: return "primary key";
    case ConstraintKind::Unique: return "unique";
    case ConstraintKind::ForeignKey: return "foreign key";
    default: return "check";
  }
}

SchemaListing listingOf(const Schema& schema) {
  SchemaListing listing;
  for (const SchemaObject& object : schema.objects) {
    if (isOfHistory(object, schema)) continue;
    const std::string name = identifier(object.name);
    const std::string definition = definitionOf(object, schema, Layout::OneLine);
    switch (object.kind) {
      case Kind::Index: listing.definitions["index " + name] = (isUnique(object) ? "unique " : "") + definition; break;
      case Kind::View: listing.definitions["view " + name] = definition; break;
      case Kind::Trigger: listing.definitions["trigger " + name] = definition; break;
      case Kind::VirtualTable: listing.definitions["table " + name] = "virtual table " + definition; break;
      default:
        if (const auto table = schema.tables.find(object.name); table != schema.tables.end()) {
          addTable(object.name, table->second, listing);
        } else {
          listing.definitions["table " + name] = definition;
        }
    }
  }
  return listing;
}

}  // namespace hotswap::db::sqlite
