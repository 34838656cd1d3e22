#include <gtest/gtest.h>

#include <random>
#include <thread>
#include <vector>

#include "rounds.h"

namespace hotswap::fault {
namespace {

constexpr int lanes = 5;
constexpr int roundsPerLane = 10;

/// Kills the service at a random moment of an execution and starts it again, round after round, on a database of its
/// own.
void killAtRandomMoments(support::PostgresCluster& cluster, const std::string& database, unsigned seed,
                         std::vector<std::string>& findings) {
  std::mt19937 random(seed);
  support::Service service;
  auto client = service.admin();
  registerDatabase(*client, cluster, database);
  for (int number = 1; number <= roundsPerLane; ++number) {
    const Round round = beginRound(*client, cluster, database, number);
    std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(0, 3500)(random)));
    if (number % 4 == 0) client->post("/api/v1/executions/" + round.executionId + "/cancel", {{"reason", "half way"}});
    service.kill9();
    service.start();
    client = service.admin();
    const std::string finding = judge(cluster, database, round, awaitEnd(*client, round.executionId));
    if (!finding.empty())
      findings.push_back(database + ", round " + std::to_string(number) + ": " + finding + "\n" + service.outputText());
    for (const char* status : {"Running", "Pending", "Paused"}) {
      const auto left = client->must("GET", std::string("/api/v1/executions?status=") + status);
      if (left.at("total") != 0) findings.push_back("an execution is still " + std::string(status));
    }
  }
  EXPECT_EQ(service.stop(), 0);
}

TEST(ServiceKilled, EveryExecutionEndsWholeOrUndone_AtFiftyRandomMoments) {
  support::PostgresCluster cluster;
  std::vector<std::string> databases;
  for (int lane = 0; lane < lanes; ++lane) databases.push_back(makeLedgerDatabase(cluster));
  std::vector<std::vector<std::string>> findings(lanes);
  {
    std::vector<std::jthread> threads;
    for (int lane = 0; lane < lanes; ++lane) {
      threads.emplace_back([&, lane] {
        const auto index = static_cast<std::size_t>(lane);
        try {
          killAtRandomMoments(cluster, databases[index], static_cast<unsigned>(lane) + 1, findings[index]);
        } catch (const std::exception& error) {
          findings[index].push_back(error.what());
        }
      });
    }
  }
  for (const auto& ofLane : findings) {
    for (const std::string& finding : ofLane) ADD_FAILURE() << finding;
  }
}

}  // namespace
}  // namespace hotswap::fault
