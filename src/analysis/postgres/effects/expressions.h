#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <string>
#include <vector>

#include "analysis/postgres/effects/simulation.h"

namespace hotswap::analysis::postgres {

/// What an expression is made from.
struct ExpressionFacts {
  std::vector<std::string> columns;    ///< last parts of column names, sorted, each once
  std::vector<std::string> functions;  ///< of the user, `schema.name`, sorted
  std::vector<ObjectId> sequences;     ///< drawn from
  bool isVolatile = false;             ///< may give another value for each row
};

/// Functions nobody knows are taken for volatile, which `simulation` is told.
ExpressionFacts factsOf(const ProtobufCMessage& expression, Simulation& simulation);

/// The expression as SQL, for later comparison.
std::string textOf(const PgQuery__Node& expression);

/// A constant NULL, also with a cast.
bool isNull(const PgQuery__Node& expression);

/// Names of built-in functions whose value may differ from row to row (pg_proc.provolatile `v`), as far as they can
/// stand in an expression.
bool isVolatileBuiltIn(std::string_view name);

}  // namespace hotswap::analysis::postgres
