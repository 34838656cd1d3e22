#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <string>

#include "analysis/postgres/effects/simulation.h"

namespace hotswap::analysis::postgres {

/// A bound as the server prints it, as far as constants go: `FOR VALUES IN ('a', 'b')`, `DEFAULT`.
std::string boundText(const PgQuery__PartitionBoundSpec& bound);

/// A new partition is to take over rows from the default partition, which is locked, and read unless a valid check of
/// it excludes such rows.
void checkDefaultPartition(ObjectId parent, ObjectId partition, const std::string& bound, Simulation& simulation);

/// Row triggers of a partitioned table come to its new partition.
void cloneTriggers(ObjectId parent, ObjectId partition, Simulation& simulation);

}  // namespace hotswap::analysis::postgres
