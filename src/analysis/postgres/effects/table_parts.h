#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <string>
#include <vector>

#include "analysis/postgres/effects/simulation.h"

/// The parts that CREATE TABLE and ALTER TABLE have in common: columns, constraints, indexes.
namespace hotswap::analysis::postgres {

/// A column as its definition says, and what follows for rows that are there already.
struct NewColumn {
  Column column;
  bool computed = false;    ///< each row gets a value of its own, so that the table is written anew
  bool hasValue = false;    ///< a default or an identity: rows don't get NULL
  bool serial = false;      ///< draws from a sequence of its own
  bool primaryKey = false;  ///< says PRIMARY KEY itself
  std::vector<const PgQuery__Constraint*> constraints;  ///< CHECK, UNIQUE, PRIMARY KEY, EXCLUDE, REFERENCES
};
NewColumn newColumn(const PgQuery__ColumnDef& definition, Simulation& simulation);
/// The sequence of a serial or identity column of `table`, which stands in the schema already.
void makeSequence(ObjectId table, const std::string& column, bool identity, Simulation& simulation);

/// How a constraint is added to a table that may hold rows.
struct ConstraintContext {
  std::string column;    ///< of a constraint that stands behind a column; empty for one of the table
  bool mustHold = true;  ///< rows that are there already are checked
  bool inherit = true;   ///< partitions and inheriting tables get it too
};
/// Adds a constraint of any kind with its locks, scans, and index builds. The table itself is locked by the caller.
void addConstraint(ObjectId table, const PgQuery__Constraint& constraint, const ConstraintContext& context,
                   Simulation& simulation);
/// The foreign keys of a partitioned table come to its new partition. `mustHold`: its rows are checked.
void cloneForeignKeys(ObjectId parent, ObjectId partition, bool mustHold, Simulation& simulation);

/// The server from which on foreign keys from and to a partitioned table have triggers on that table itself.
constexpr int firstWithTriggersOfPartitionedKeys = 150000;
/// The tables on which a foreign key that leads to `referenced` has triggers: itself, its partitions.
std::vector<ObjectId> keyTriggersOf(ObjectId referenced, const Simulation& simulation);

/// NOT NULL for one table without its children: its rows are scanned unless a valid check says the same.
void setNotNull(ObjectId table, const std::string& column, Simulation& simulation);
/// A valid check of the table says that the column is not null.
bool isKnownNotNull(const Relation& table, const std::string& column);

/// The value of an option in WITH (…), as the server keeps it.
std::string optionText(const PgQuery__DefElem& option);

/// What an index definition says, without its table and name.
struct IndexPlan {
  IndexShape shape;
  std::vector<std::string> functions;
  std::vector<std::string> nameParts;  ///< keys and included columns as the server names them
};
IndexPlan indexPlan(const PgQuery__IndexStmt& statement, Simulation& simulation);
/// Makes the index on the table, and on its partitions; an empty name is chosen. Locks nothing. Returns its id.
ObjectId makeIndex(ObjectId table, const IndexPlan& plan, std::string name, bool onlyThis, Simulation& simulation);
/// The partition gets an index for `parentIndex`: one that fits, or a new one; and so do its own partitions.
void cloneIndex(ObjectId parentIndex, ObjectId partition, Simulation& simulation);

}  // namespace hotswap::analysis::postgres
