#include <algorithm>
#include <array>

#include "db/postgres/postgres_tree.h"

namespace hotswap::db::postgres {

namespace {

using Kind = ObjectReference::Kind;

/// What the grammar calls a kind of object, what people call it, and where the catalog looks for it.
struct ObjectTypeEntry {
  PgQuery__ObjectType type;
  std::string_view name;
  Kind kind;
};

#define HOTSWAP_OBJECT(type) PG_QUERY__OBJECT_TYPE__OBJECT_##type
constexpr std::array objectTypes{
    ObjectTypeEntry{HOTSWAP_OBJECT(ACCESS_METHOD), "ACCESS METHOD", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(AGGREGATE), "AGGREGATE", Kind::Function},
    ObjectTypeEntry{HOTSWAP_OBJECT(ATTRIBUTE), "TYPE", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(CAST), "CAST", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(COLUMN), "COLUMN", Kind::Column},
    ObjectTypeEntry{HOTSWAP_OBJECT(COLLATION), "COLLATION", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(CONVERSION), "CONVERSION", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(DATABASE), "DATABASE", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(DOMAIN), "DOMAIN", Kind::Type},
    ObjectTypeEntry{HOTSWAP_OBJECT(DOMCONSTRAINT), "DOMAIN", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(EVENT_TRIGGER), "EVENT TRIGGER", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(EXTENSION), "EXTENSION", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(FDW), "FOREIGN DATA WRAPPER", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(FOREIGN_SERVER), "SERVER", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(FOREIGN_TABLE), "FOREIGN TABLE", Kind::Table},
    ObjectTypeEntry{HOTSWAP_OBJECT(FUNCTION), "FUNCTION", Kind::Function},
    ObjectTypeEntry{HOTSWAP_OBJECT(INDEX), "INDEX", Kind::Index},
    ObjectTypeEntry{HOTSWAP_OBJECT(LANGUAGE), "LANGUAGE", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(LARGEOBJECT), "LARGE OBJECT", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(MATVIEW), "MATERIALIZED VIEW", Kind::View},
    ObjectTypeEntry{HOTSWAP_OBJECT(OPCLASS), "OPERATOR CLASS", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(OPERATOR), "OPERATOR", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(OPFAMILY), "OPERATOR FAMILY", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(PARAMETER_ACL), "PARAMETER", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(POLICY), "POLICY", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(PROCEDURE), "PROCEDURE", Kind::Function},
    ObjectTypeEntry{HOTSWAP_OBJECT(PUBLICATION), "PUBLICATION", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(ROLE), "ROLE", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(ROUTINE), "ROUTINE", Kind::Function},
    ObjectTypeEntry{HOTSWAP_OBJECT(RULE), "RULE", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(SCHEMA), "SCHEMA", Kind::Schema},
    ObjectTypeEntry{HOTSWAP_OBJECT(SEQUENCE), "SEQUENCE", Kind::Sequence},
    ObjectTypeEntry{HOTSWAP_OBJECT(SUBSCRIPTION), "SUBSCRIPTION", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(STATISTIC_EXT), "STATISTICS", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(TABCONSTRAINT), "TABLE", Kind::Constraint},
    ObjectTypeEntry{HOTSWAP_OBJECT(TABLE), "TABLE", Kind::Table},
    ObjectTypeEntry{HOTSWAP_OBJECT(TABLESPACE), "TABLESPACE", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(TRANSFORM), "TRANSFORM", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(TRIGGER), "TRIGGER", Kind::Trigger},
    ObjectTypeEntry{HOTSWAP_OBJECT(TSCONFIGURATION), "TEXT SEARCH CONFIGURATION", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(TSDICTIONARY), "TEXT SEARCH DICTIONARY", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(TSPARSER), "TEXT SEARCH PARSER", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(TSTEMPLATE), "TEXT SEARCH TEMPLATE", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(TYPE), "TYPE", Kind::Type},
    ObjectTypeEntry{HOTSWAP_OBJECT(USER_MAPPING), "USER MAPPING", Kind::Other},
    ObjectTypeEntry{HOTSWAP_OBJECT(VIEW), "VIEW", Kind::View},
};
#undef HOTSWAP_OBJECT

const ObjectTypeEntry* entryOf(PgQuery__ObjectType type) {
  const auto* found = std::ranges::find(objectTypes, type, &ObjectTypeEntry::type);
  return found == objectTypes.end() ? nullptr : found;
}

}  // namespace

std::string_view nameOf(PgQuery__ObjectType type) {
  const ObjectTypeEntry* entry = entryOf(type);
  return entry == nullptr ? "OBJECT" : entry->name;
}

Kind kindOf(PgQuery__ObjectType type) {
  const ObjectTypeEntry* entry = entryOf(type);
  return entry == nullptr ? Kind::Other : entry->kind;
}

}  // namespace hotswap::db::postgres
