#pragma once
#include <pg_query/pg_query.pb-c.h>

#include "analysis/postgres/effects/queries.h"
#include "analysis/postgres/effects/simulation.h"

/// Changes of rows: the locks of their targets, of the tables that foreign keys make the server look into, and what is
/// lost. Which partitions rows go to is not known, so that all are named.
namespace hotswap::analysis::postgres {

void insertInto(const PgQuery__InsertStmt& insert, ObjectId target, QueryUse use, Simulation& simulation);
/// `searched`: an index finds the rows.
void updateRows(const PgQuery__UpdateStmt& update, ObjectId target, bool searched, QueryUse use,
                Simulation& simulation);
void deleteRows(const PgQuery__DeleteStmt& remove, ObjectId target, bool searched, QueryUse use,
                Simulation& simulation);
void mergeRows(const PgQuery__MergeStmt& merge, ObjectId target, QueryUse use, Simulation& simulation);
/// Rows come in without a query: COPY.
void addRows(ObjectId target, const std::vector<std::string>& columns, Simulation& simulation);

}  // namespace hotswap::analysis::postgres
