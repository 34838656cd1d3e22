#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "rounds.h"

namespace hotswap::fault {
namespace {

using Break = std::function<void(support::PostgresCluster&)>;

/// Breaks the database at random moments of executions; each must end whole or undone.
void breakAtRandomMoments(int rounds, unsigned seed, const Break& breakIt) {
  std::mt19937 random(seed);
  support::PostgresCluster cluster;
  const std::string database = makeLedgerDatabase(cluster);
  support::Service service;
  const auto client = service.admin();
  registerDatabase(*client, cluster, database);
  for (int number = 1; number <= rounds; ++number) {
    const Round round = beginRound(*client, cluster, database, number);
    std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(200, 3000)(random)));
    breakIt(cluster);
    const auto execution = awaitEnd(*client, round.executionId);
    const std::string finding = judge(cluster, database, round, execution);
    // Broken before anything was changed, it may be refused: that must be said and nothing be done.
    const bool refused =
        execution.at("status") == "Failed" && execution.at("errorMessage").get<std::string>().starts_with("Refused");
    EXPECT_TRUE(finding.empty() || refused) << "round " << number << ": " << finding << "\n"
                                            << execution.dump(2) << service.outputText();
  }
}

TEST(TargetKilled, EndsWholeOrUndone_WhenTheServerIsKilledAndComesBack) {
  breakAtRandomMoments(10, 7, [](support::PostgresCluster& cluster) {
    cluster.kill9();
    cluster.start();
  });
}

TEST(TargetKilled, EndsWholeOrUndone_WhenTheServerIsRestarted) {
  breakAtRandomMoments(5, 8, [](support::PostgresCluster& cluster) {
    cluster.stop();
    cluster.start();
  });
}

TEST(TargetKilled, EndsWholeOrUndone_WhenItsConnectionsAreCut) {
  breakAtRandomMoments(10, 9, [](support::PostgresCluster& cluster) {
    cluster.psql("select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'hotswap/%'");
  });
}

}  // namespace
}  // namespace hotswap::fault
