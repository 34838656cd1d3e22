#pragma once
#include "analysis/postgres/inverse/way_back.h"

/// Families of statements. Each writes the way back of a statement of its own into `way` and returns true, or returns
/// false for the statements of others.
namespace hotswap::analysis::postgres {

bool invertCreate(const PgQuery__Node& statement, WayBack& way);
bool invertAlterTable(const PgQuery__Node& statement, WayBack& way);
bool invertRename(const PgQuery__Node& statement, WayBack& way);
bool invertDrop(const PgQuery__Node& statement, WayBack& way);
bool invertTypeDomain(const PgQuery__Node& statement, WayBack& way);
bool invertObjects(const PgQuery__Node& statement, WayBack& way);
bool invertData(const PgQuery__Node& statement, WayBack& way);
bool invertMaintenance(const PgQuery__Node& statement, WayBack& way);

}  // namespace hotswap::analysis::postgres
