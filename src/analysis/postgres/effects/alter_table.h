#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <functional>
#include <string>

#include "analysis/postgres/effects/simulation.h"

namespace hotswap::analysis::postgres {

/// One ALTER TABLE (INDEX, VIEW, SEQUENCE, FOREIGN TABLE, MATERIALIZED VIEW) with all its actions. What several actions
/// of one statement have in common, a rewrite or a scan, is done once.
class AlterTable {
 public:
  AlterTable(const PgQuery__AlterTableStmt& statement, Simulation& simulation)
      : statement_(statement), simulation_(simulation) {}
  void play();

 private:
  using Command = PgQuery__AlterTableCmd;

  [[nodiscard]] LockMode lockFor(const Command& command) const;
  [[nodiscard]] LockMode lockForOptions(const Command& command) const;
  void play(const Command& command);
  /// Locks all below the table as strongly as the table, and calls for the table and each of them.
  void recurse(const std::function<void(ObjectId)>& visit);
  [[nodiscard]] bool reachesChildren() const { return statement_.relation->inh != 0; }

  // alter_table_columns.cpp
  void addColumn(const Command& command);
  void addColumnTo(ObjectId table, const struct NewColumn& made, bool direct);
  void dropColumn(const Command& command);
  void dropColumnFrom(ObjectId table, const std::string& column, bool cascade, bool recursive, bool direct);
  void setDefault(const Command& command);
  void setNull(const Command& command, bool notNull);
  void identity(const Command& command);
  void dropExpression(const Command& command);
  void setStorage(const Command& command);
  /// The column that an action names, or nothing, and the statement fails.
  const Column* columnOf(const Command& command);

  // alter_column_type.cpp
  void changeType(const Command& command);
  void changeTypeOf(ObjectId table, const Command& command, const struct TypeUse& type);
  bool rewritesRows(const Column& column, const TypeUse& type, const PgQuery__Node* conversion);
  void rebuildDependents(ObjectId table, const std::string& column, const TypeUse& before, bool rewrites,
                         bool collationChanges);

  // alter_table_constraints.cpp
  void addTableConstraint(const Command& command);
  void dropTableConstraint(const Command& command);
  void dropConstraintFrom(ObjectId table, const std::string& name, bool cascade, bool recursive);
  void validate(const Command& command);
  void alterConstraint(const Command& command);

  // alter_table_storage.cpp
  void setOptions(const Command& command);
  void setPersistence(char persistence);
  void setTablespace(const Command& command);
  void setAccessMethod(const Command& command);
  void clusterOn(const Command& command);
  void changeOwner(const Command& command);
  [[nodiscard]] std::string roleOf(const PgQuery__RoleSpec& role) const;
  void replicaIdentity(const Command& command);
  void rowSecurity(const Command& command);
  void triggers(const Command& command);
  void typed(const Command& command);

  // partition.cpp
  void attach(const Command& command);
  void detach(const Command& command);
  void inherit(const Command& command);
  void stopInheriting(const Command& command);

  const PgQuery__AlterTableStmt& statement_;
  Simulation& simulation_;
  ObjectId table_ = 0;
  LockMode mode_ = LockMode::AccessExclusive;
};

}  // namespace hotswap::analysis::postgres
