#pragma once
#include <string>
#include <vector>

#include "analysis/postgres/inverse/way_back.h"

namespace hotswap::analysis::postgres {

/// One ALTER TABLE (INDEX, VIEW, SEQUENCE, FOREIGN TABLE, MATERIALIZED VIEW, TYPE) with all its actions, undone from
/// the last to the first.
class AlterTableInverse {
 public:
  AlterTableInverse(const PgQuery__AlterTableStmt& statement, WayBack& way) : statement_(statement), way_(way) {}
  void find();

 private:
  using Command = PgQuery__AlterTableCmd;
  using Action = PgQuery__AlterTableType;

  void invert(const Command& command);
  /// The action without anything else: what was there before is told by the action alone.
  void simply(Action action, std::string_view name = {}, PgQuery__Node* definition = nullptr);
  /// The table as it was; nullptr, and that is told, where nothing is known of it.
  const Relation* known(const std::string& what);
  /// Tables that the statement reaches, its own first.
  [[nodiscard]] std::vector<const Relation*> reached() const;
  [[nodiscard]] bool only() const { return statement_.relation->inh == 0; }

  // alter_column.cpp
  bool invertColumn(const Command& command);
  void addColumn(const Command& command);
  void columnDefault(const Command& command);
  void columnNull(const Command& command, bool set);
  void columnType(const Command& command);
  void columnStorage(const Command& command);
  void columnSetting(const Command& command, Action action);
  void columnOptions(const Command& command);
  void identity(const Command& command);

  // alter_storage.cpp
  bool invertStorage(const Command& command);
  void options(const Command& command);
  void clusterOn();
  void replicaIdentity();
  void triggers(const Command& command);
  void rule(const Command& command);

  // alter_constraint.cpp
  bool invertConstraint(const Command& command);
  void addConstraint(const Command& command);
  [[nodiscard]] std::string givenName(const Command& command) const;
  void timing(const Command& command);
  void usedIndex(const Command& command);
  void validate(const Command& command);
  void attach(const Command& command);
  void detach(const Command& command);
  void newParts(const Relation& before, const Relation& after, bool withForeignKeys);

  const PgQuery__AlterTableStmt& statement_;
  WayBack& way_;
  const Relation* before_ = nullptr;
  const Relation* after_ = nullptr;
};

}  // namespace hotswap::analysis::postgres
