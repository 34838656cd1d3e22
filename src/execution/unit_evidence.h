#pragma once
#include <string>

#include "db/engine.h"
#include "execution/unit_outcome.h"

namespace hotswap::execution {

/// How things stand before a statement that runs outside of a transaction, as a text for the journal: for a concurrent
/// build the indexes of interest, for a concurrent detach the partition, for others which of the objects that it makes
/// and drops are there.
std::string evidenceBefore(const db::Engine& engine, db::Session& session, const db::Statement& statement);

/// What became of such a statement, by comparing that with how things stand now. Changes nothing.
UnitOutcome compareWithEvidence(const db::Engine& engine, db::Session& session, const db::Statement& statement,
                                const std::string& evidence);

}  // namespace hotswap::execution
