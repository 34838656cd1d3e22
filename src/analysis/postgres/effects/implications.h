#pragma once
#include <string>
#include <vector>

/// What follows from a CHECK, as far as the server sees it. Conditions are SQL, as the script or the server writes
/// them.
namespace hotswap::analysis::postgres {

/// `condition` can't be true where the column is null, by an IS NOT NULL of its own or as one side of AND.
bool impliesNotNull(const std::string& condition, const std::string& column);

/// All of `needed` follows from the valid conditions together: each of its parts stands among theirs, or is a weaker
/// comparison of the same column with a constant. `notNull`: columns that are known to hold no null.
bool implies(const std::vector<std::string>& conditions, const std::vector<std::string>& notNull,
             const std::string& needed);

/// What a partition's bound (`FOR VALUES …`, of a partitioned table with these key columns) asks of its rows, as a
/// condition; empty where it can't be put as one (hash, expressions, DEFAULT).
std::string conditionOf(const std::string& text, char partitionBy, const std::vector<std::string>& key);

/// The condition that no row is meant for the partition with that bound any more: the negation of conditionOf.
std::string negationOf(const std::string& text, char partitionBy, const std::vector<std::string>& key);

}  // namespace hotswap::analysis::postgres
