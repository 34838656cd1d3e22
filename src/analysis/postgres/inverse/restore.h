#pragma once
#include "analysis/postgres/inverse/way_back.h"

namespace hotswap::analysis::postgres {

/// Makes anew, from the definitions, everything that was there before and is not there any more: relations, types and
/// functions with all that was said of them, and parts of relations that are still there (columns, constraints,
/// indexes, triggers, policies, rules, statistics, defaults).
void restoreLost(WayBack& way, bool concurrently = false);

/// Puts the view back as it was before.
void replaceView(const Relation& view, WayBack& way);

/// `type`: trigger, policy or rule.
bool hasPart(const Relation& table, PgQuery__ObjectType type, const std::string& name);
/// Makes a trigger, policy or rule of a table anew, with its state and comment. False where it isn't known.
bool restorePart(const Relation& table, PgQuery__ObjectType type, const std::string& name, WayBack& way);

/// What made the function that `statement` replaces, nullptr where it isn't known. `routine`: it, as the schema has it.
const PgQuery__Node* routineDefinition(const PgQuery__CreateFunctionStmt& statement, const Routine& routine,
                                       const WayBack& way);

}  // namespace hotswap::analysis::postgres
