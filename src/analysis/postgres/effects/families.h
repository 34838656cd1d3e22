#pragma once
#include <pg_query/pg_query.pb-c.h>

#include "analysis/postgres/effects/simulation.h"

/// One family of statements each: plays the statement through and returns true, or false where it is none of its own.
namespace hotswap::analysis::postgres {

bool playAlterTable(const PgQuery__Node& node, Simulation& simulation);   ///< ALTER TABLE, INDEX, VIEW …
bool playCreateTable(const PgQuery__Node& node, Simulation& simulation);  ///< also LIKE, INHERITS, PARTITION OF, OF
bool playIndex(const PgQuery__Node& node, Simulation& simulation);        ///< CREATE INDEX, REINDEX
bool playDrop(const PgQuery__Node& node, Simulation& simulation);         ///< DROP of everything
bool playRename(const PgQuery__Node& node, Simulation& simulation);       ///< RENAME, SET SCHEMA, OWNER TO
bool playView(const PgQuery__Node& node, Simulation& simulation);         ///< views, CREATE TABLE AS
bool playTriggerPolicyRule(const PgQuery__Node& node, Simulation& simulation);
bool playTypeDomain(const PgQuery__Node& node, Simulation& simulation);
bool playSequence(const PgQuery__Node& node, Simulation& simulation);
bool playMaintenance(const PgQuery__Node& node, Simulation& simulation);  ///< VACUUM, CLUSTER, LOCK, TRUNCATE …
bool playData(const PgQuery__Node& node, Simulation& simulation);         ///< queries, COPY, EXPLAIN, DO
bool playObjects(const PgQuery__Node& node, Simulation& simulation);      ///< comments, rights, functions, settings …

/// The family that the statement is of; false where it is of none, and changes nothing that effects depend on.
bool playAny(const PgQuery__Node& node, Simulation& simulation);

}  // namespace hotswap::analysis::postgres
