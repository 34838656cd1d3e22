#pragma once
#include <memory>
#include <string>

#include "support/postgres_cluster.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace hotswap::bench {

/// A shop: pgbench's tables, and orders that a hot query looks up by customer over an index.
void makeShop(const support::PostgresCluster& cluster, const std::string& database, int scale);

/// What the shop's customers do all day, by pgbench, until it is stopped: mostly look-ups of accounts by key, some
/// updates, and one query in twenty that reads the orders of a customer.
class Traffic {
 public:
  /// `rate`: transactions a second, 0 for as fast as it goes; `seconds`: how long at most.
  Traffic(const support::PostgresCluster& cluster, const std::string& database, int clients, double rate, int seconds);
  /// Stops it and returns what pgbench printed.
  std::string stop();
  /// Waits for the end and returns what pgbench printed.
  std::string finish();

  /// Transactions a second out of pgbench's report.
  static double throughput(const std::string& report);

 private:
  support::TemporaryFolder folder_;
  std::unique_ptr<support::ServerProcess> process_;
};

}  // namespace hotswap::bench
