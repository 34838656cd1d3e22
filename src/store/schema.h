#pragma once
#include <soci/soci.h>

#include <string>
#include <vector>

namespace hotswap::store {

/// One numbered step of the store's own schema. Steps are never changed once released: a change is a new step.
struct SchemaStep {
  int version = 0;
  std::vector<std::string> statements;
};

/// All steps, ascending from 1: the explicit list of what the store's schema is made of.
const std::vector<SchemaStep>& schemaSteps();

/// Takes the steps that the store hasn't taken yet, each in one transaction with the record of it in `store_schema`, so
/// that a process that dies here leaves a whole older version behind. Throws Error (Unavailable) where the store was
/// written by a newer version or is another program's database.
void upgradeSchema(soci::session& session, const std::vector<SchemaStep>& steps);

}  // namespace hotswap::store
