#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/effects.h"
#include "analysis/inverse.h"
#include "analysis/postgres/inverse/definitions.h"
#include "analysis/postgres/inverse/trees.h"
#include "analysis/postgres/known_schema.h"

namespace hotswap::analysis::postgres {

/// The way back of one statement while it is being found: what families of statements write into.
class WayBack {
 public:
  WayBack(const KnownSchema& earlier, const KnownSchema& later, const Effects& does, const Definitions& known)
      : before(earlier), after(later), effects(does), definitions(known) {}
  WayBack(const WayBack&) = delete;
  WayBack& operator=(const WayBack&) = delete;

  const KnownSchema& before;
  const KnownSchema& after;
  const Effects& effects;
  const Definitions& definitions;
  Trees trees;

  // What is found out.
  /// A statement to be run after those before it.
  void run(PgQuery__Node* statement);
  /// A whole statement of the definitions.
  void run(const Definition& definition);
  /// What doesn't come back; a sentence.
  void lose(std::string sentence);
  /// The definition of something is needed, and neither a server nor the scripts before tell it.
  void missDefinition(const std::string& of);

  /// A statement has been found.
  [[nodiscard]] bool offers() const { return !inverse_.statements.empty(); }

  // Statements that are needed often.
  /// ALTER TABLE (or whatever the relation is) with one action.
  void alter(const Relation& relation, PgQuery__AlterTableCmd* command, bool only = false);
  /// An action without an object of its own.
  PgQuery__AlterTableCmd* action(PgQuery__AlterTableType type, std::string_view name = {},
                                 PgQuery__Node* definition = nullptr);
  /// `DROP type name`; `object` as the grammar has it for that type.
  void drop(PgQuery__ObjectType type, PgQuery__Node* object, bool concurrently = false);
  void drop(PgQuery__ObjectType type, const Relation& relation, bool concurrently = false);
  void setDefault(const Relation& table, const std::string& column, bool only);
  /// `validated`: as it was, where the rows that it holds for are still there.
  void addConstraint(const Relation& table, const Constraint& constraint, bool validated);
  void addConstraint(const Relation& table, const Constraint& constraint) {
    addConstraint(table, constraint, constraint.validated);
  }
  void makeIndex(const Relation& index, bool concurrently);

  [[nodiscard]] Inverse finish() { return std::move(inverse_); }

 private:
  Inverse inverse_;
};

/// What a relation is called in ALTER and DROP.
PgQuery__ObjectType objectTypeOf(const Relation& relation);

}  // namespace hotswap::analysis::postgres
