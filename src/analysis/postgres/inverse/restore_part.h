#pragma once
#include <string>

#include "analysis/postgres/inverse/way_back.h"

namespace hotswap::analysis::postgres {

/// The last part of a name with dots, empty where the node is none.
std::string lastNameOf(const PgQuery__Node* object);
/// The action of an ALTER TABLE with no other, nullptr for all other statements.
const PgQuery__AlterTableCmd* onlyCommand(const PgQuery__Node& statement);

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
