#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/script.h"

/// Reading the parse trees of libpg_query: names, lists and the tables a query speaks of. Pure; trees are borrowed.
namespace hotswap::db::postgres {

using Nodes = std::span<PgQuery__Node* const>;
inline Nodes nodes(std::size_t count, PgQuery__Node* const* items) { return {items, count}; }

/// An identifier with its schema, empty where the script doesn't say.
struct QualifiedName {
  std::string schema;
  std::string name;
};

/// The text of a String node, empty for any other.
std::string stringOf(const PgQuery__Node* node);
/// The strings of a List node, or the one of a String node.
std::vector<std::string> stringsOf(const PgQuery__Node* node);
std::vector<std::string> stringsOf(Nodes items);
/// The last two parts of a dotted name.
QualifiedName qualified(const std::vector<std::string>& parts);

ObjectReference relation(const PgQuery__RangeVar& range, ObjectReference::Kind kind = ObjectReference::Kind::Table);
/// A column, constraint or trigger of a relation.
ObjectReference partOf(const ObjectReference& table, ObjectReference::Kind kind, std::string name);
ObjectReference reference(ObjectReference::Kind kind, const QualifiedName& name);

/// The object that a node of DROP, COMMENT, ALTER … OWNER and their like names, by the type the statement says it has.
/// Kind Other for what the catalog is never asked about.
ObjectReference objectOf(PgQuery__ObjectType type, const PgQuery__Node* node);
/// `TABLE`, `MATERIALIZED VIEW`, …; `OBJECT` for an unknown type.
std::string_view nameOf(PgQuery__ObjectType type);
/// Where the catalog looks for a type of object, Other where it doesn't.
ObjectReference::Kind kindOf(PgQuery__ObjectType type);

/// The type a column or a cast names, without array bounds; an empty name for serial pseudo-types and `%TYPE`.
ObjectReference typeOf(const PgQuery__TypeName& type);
bool isSerial(const PgQuery__TypeName& type);

/// Whether a DefElem list switches an option on (`name`, `name true`, `name on`, `name 1`), or what it holds as text.
bool optionOn(Nodes options, std::string_view name, bool otherwise = false);
const PgQuery__DefElem* option(Nodes options, std::string_view name);

/// Calls `visit` for a message and everything below it, parents first; where it returns false, what lies below is left
/// out. Recursive: the caller bounds the depth of the tree.
void walk(const ProtobufCMessage& message, const std::function<bool(const ProtobufCMessage&)>& visit);

/// Calls `edit` for a message and everything below it, parents first, and puts every place in the text to 0.
void change(ProtobufCMessage& message, const std::function<void(ProtobufCMessage&)>& edit);

/// The tables (and views) that a query or expression reads or writes, names of WITH queries left out, each once.
std::vector<ObjectReference> tablesIn(const ProtobufCMessage& message);

/// True for a call of something other than the well-known functions that change nothing.
bool isUnknownCall(const ProtobufCMessage& message);

}  // namespace hotswap::db::postgres
