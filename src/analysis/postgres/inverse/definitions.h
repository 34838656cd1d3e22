#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <compare>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/postgres/known_schema.h"
#include "db/postgres/parse_tree.h"

namespace hotswap::analysis::postgres {

/// What a definition is about: a relation, type, function or schema by its names, which are unquoted.
struct Subject {
  enum class Kind { Relation, Type, Routine, Schema, Other } kind = Kind::Other;
  std::string schema;  ///< empty where neither script nor schema tells it
  std::string name;
  auto operator<=>(const Subject&) const = default;
};

/// One statement by which objects came to be what they are.
struct Definition {
  const PgQuery__Node* tree = nullptr;
  std::string_view sql;
  std::vector<Subject> subjects;
  bool makes = false;  ///< it makes its first subject
};

/// The statements that have made the objects of a schema, in an order in which they can be run: a database's dump, and
/// after it what scripts have done since. Only what nobody has renamed since is told.
class Definitions {
 public:
  /// Takes in the statements of a text that is known to be right, e.g. of a dump. Throws Error (Unavailable) where no
  /// thread can be had for its depth. Linear in the text.
  void addText(const std::string& sql, const KnownSchema& schema);
  /// Takes in a statement that has been run. `after`: the schema that it left.
  void add(const std::string& sql, const KnownSchema& before, const KnownSchema& after);

  /// Calls for each statement that is still true, in order.
  void forEach(const std::function<void(const Definition&)>& visit) const;
  /// As forEach, for those about one object.
  void about(const Subject& subject, const std::function<void(const Definition&)>& visit) const;
  /// The statement that makes the object is known, and so all that was said of it later.
  [[nodiscard]] bool knows(const Subject& subject) const;

  // Parts of relations, as they are now; nullptr where that can't be told. They live as long as this.
  [[nodiscard]] const PgQuery__ColumnDef* column(const Relation& relation, std::string_view name) const;
  [[nodiscard]] const PgQuery__TypeName* columnType(const Relation& relation, std::string_view name) const;
  [[nodiscard]] const PgQuery__Node* columnDefault(const Relation& relation, std::string_view name) const;
  [[nodiscard]] const PgQuery__Constraint* constraint(const Relation& relation, std::string_view name) const;
  [[nodiscard]] const Definition* index(const Relation& table, std::string_view name) const;
  [[nodiscard]] const PgQuery__PartitionBoundSpec* bound(const Relation& partition) const;

 private:
  struct Entry {
    std::shared_ptr<PgQuery__ParseResult> owner;
    std::shared_ptr<const std::string> text;
    Definition definition;
    bool stale = false;  ///< it speaks of something that has another name now
    bool gone = false;   ///< what it is about has been dropped
  };
  void forget(const std::string& name);
  void forget(const std::vector<Subject>& gone);

  std::vector<Entry> entries_;
  std::map<Subject, std::vector<std::size_t>> places_;  ///< in `entries_`
};

inline Subject subjectOf(const Relation& relation) {
  return {.kind = Subject::Kind::Relation, .schema = relation.schema, .name = relation.name};
}

/// What a statement is about, what it makes first; none for statements that define nothing (queries, maintenance).
std::vector<Subject> subjectsOf(const PgQuery__Node& statement, const KnownSchema& schema);

/// The expression of a column's constraint of that type, nullptr where it has none.
const PgQuery__Constraint* columnConstraint(const PgQuery__ColumnDef& column, PgQuery__ConstrType type);

}  // namespace hotswap::analysis::postgres
