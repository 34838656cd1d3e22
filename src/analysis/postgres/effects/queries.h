#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <string>
#include <vector>

#include "analysis/postgres/effects/simulation.h"

namespace hotswap::analysis::postgres {

/// How far the server goes with a query.
enum class QueryUse {
  Define,  ///< only looks up what it names: the definition of a view, a rule, a prepared statement
  Plan,    ///< also what views and partitioned tables stand for: EXPLAIN, a cursor, WITH NO DATA
  Run,
};

/// SELECT, INSERT, UPDATE, DELETE, MERGE and VALUES, alone or within something else. False where the node is none.
bool runQuery(const PgQuery__Node& node, QueryUse use, Simulation& simulation);

/// Subqueries within an expression, looked up as QueryUse::Define.
void lookUpSubqueries(const ProtobufCMessage& expression, Simulation& simulation);

/// What a query reads, as the server would write down the dependencies of a view: relations and the columns by name.
std::vector<Source> sourcesOf(const ProtobufCMessage& query, Simulation& simulation);

/// The columns that a query returns, names and types as far as they can be told.
std::vector<Column> columnsOf(const PgQuery__Node& query, Simulation& simulation);

/// What a view stands for, read with that strength: views, tables, their partitions.
void readRelation(ObjectId id, LockMode mode, bool withChildren, bool scans, Simulation& simulation);

}  // namespace hotswap::analysis::postgres
