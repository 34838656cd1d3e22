#include "analysis/script_state.h"

#include <string_view>

namespace hotswap::analysis {

namespace {

using Kind = db::ObjectReference::Kind;

std::string_view nameOf(Kind kind) {
  switch (kind) {
    case Kind::Table: return "table";
    case Kind::Column: return "column";
    case Kind::Index: return "index";
    case Kind::View: return "view";
    case Kind::Sequence: return "sequence";
    case Kind::Function: return "function";
    case Kind::Type: return "type";
    case Kind::Schema: return "schema";
    case Kind::Constraint: return "constraint";
    case Kind::Trigger: return "trigger";
    case Kind::Other: return "object";
  }
  return "object";
}

/// Kinds that share one space of names.
std::string_view spaceOf(Kind kind) {
  switch (kind) {
    case Kind::Table:
    case Kind::View:
    case Kind::Index:
    case Kind::Sequence: return "relation";
    default: return nameOf(kind);
  }
}

bool isPart(Kind kind) { return kind == Kind::Column || kind == Kind::Constraint || kind == Kind::Trigger; }

}  // namespace

std::string nameOf(const db::ObjectReference& object) {
  std::string name(nameOf(object.kind));
  name += ' ';
  if (!object.schema.empty()) name += object.schema + '.';
  if (isPart(object.kind)) name += object.table + '.';
  return name + object.name;
}

db::ObjectReference tableOf(const db::ObjectReference& part) {
  db::ObjectReference table;
  table.schema = part.schema;
  table.name = part.table;
  return table;
}

std::string ScriptState::keyOf(const db::ObjectReference& object) {
  // No identifier holds a NUL, so that the parts can't run into each other.
  std::string key(spaceOf(object.kind));
  if (isPart(object.kind)) key += '\0' + object.table;
  return key + '\0' + object.name;
}

void ScriptState::note(const db::ObjectReference& object, Fate fate) {
  Known& known = known_[keyOf(object)];
  known.bySchema[object.schema] = fate;
  known.last = fate;
}

bool ScriptState::is(const db::ObjectReference& object, Fate fate) const {
  const auto found = known_.find(keyOf(object));
  if (found == known_.end()) return false;
  const Known& known = found->second;
  const auto exact = known.bySchema.find(object.schema);
  // Only where both names say their schema can they be told apart.
  const bool unqualified = object.schema.empty() || known.bySchema.contains("") || known.bySchema.contains("pg_temp");
  if (unqualified) return known.last == fate;
  return exact != known.bySchema.end() && exact->second == fate;
}

bool ScriptState::isMade(const db::ObjectReference& object) const { return is(object, Fate::Made); }
bool ScriptState::isDropped(const db::ObjectReference& object) const { return is(object, Fate::Dropped); }

void ScriptState::apply(const db::Statement& statement) {
  for (const db::ObjectReference& object : statement.drops) {
    note(object, Fate::Dropped);
    droppedOwners_ = droppedOwners_ || object.kind == Kind::Table || object.kind == Kind::Column ||
                     object.kind == Kind::Constraint || object.kind == Kind::Schema || object.kind == Kind::Type ||
                     object.kind == Kind::View;
  }
  for (const db::ObjectReference& object : statement.makes) note(object, Fate::Made);
  opaque_ = opaque_ || statement.opaque;
  searchPathChanged_ = searchPathChanged_ || statement.setsSearchPath;
}

}  // namespace hotswap::analysis
