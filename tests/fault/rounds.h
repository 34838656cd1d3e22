#pragma once
#include <memory>
#include <string>

#include "support/json_client.h"
#include "support/postgres_cluster.h"
#include "support/service.h"

namespace hotswap::fault {

/// A database with a table large enough for an index build to take a moment, a ledger of every schema change that was
/// committed (written by an event trigger in the same transaction), and a ledger of data changes.
std::string makeLedgerDatabase(support::PostgresCluster& cluster);

/// One migration of a ledger database: two transactions and two concurrent builds, taking turns, and its way back.
struct Round {
  int number = 0;
  std::string executionId;
  std::string schemaBefore;  ///< pg_dump of the schema
};

/// Registers the database with the service and returns its id.
std::string registerDatabase(support::JsonClient& client, const support::PostgresCluster& cluster,
                             const std::string& database);
/// Creates the migration of that number and asks for its execution.
Round beginRound(support::JsonClient& client, const support::PostgresCluster& cluster, const std::string& database,
                 int number);
/// Waits until the execution has ended, and returns it.
nlohmann::json awaitEnd(support::JsonClient& client, const std::string& executionId);
/// What is wrong with how the round ended, empty where nothing is: Succeeded must be whole and done once, RolledBack
/// must be as before by pg_dump's word, anything else is wrong.
std::string judge(const support::PostgresCluster& cluster, const std::string& database, const Round& round,
                  const nlohmann::json& execution);

}  // namespace hotswap::fault
