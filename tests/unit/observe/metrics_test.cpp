#include "observe/metrics.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace hotswap::observe {
namespace {

/// Whether the exposition has this very line.
bool hasLine(const Metrics& metrics, const std::string& line) {
  return ("\n" + metrics.exposition()).find("\n" + line + "\n") != std::string::npos;
}

TEST(Metrics, NamesEveryMetricOfTheContractWithItsType) {
  Metrics metrics;
  metrics.queryLatency("shop", 1);
  metrics.httpRequest("GET", "/api/v1/migrations", 200, Seconds(0.1));
  metrics.connectionsActive("shop", 3);
  metrics.replicationLag("shop", 0.5);
  for (const std::string line :
       {"migrations_created_total counter", "migrations_executed_total counter", "migrations_succeeded_total counter",
        "migrations_failed_total counter", "migrations_rolled_back_total counter",
        "migration_execution_duration_seconds histogram", "migration_validation_duration_seconds histogram",
        "migration_rollback_duration_seconds histogram", "query_latency_ms histogram",
        "http_request_duration_seconds histogram", "migrations_in_progress gauge", "databases_registered gauge",
        "database_connections_active gauge", "database_replication_lag_seconds gauge"}) {
    EXPECT_TRUE(hasLine(metrics, "# TYPE " + line)) << line;
  }
}

TEST(Metrics, ShowsCountersAsZeroBeforeAnythingHappened) {
  const Metrics metrics;
  EXPECT_TRUE(hasLine(metrics, "migrations_rolled_back_total 0"));
  EXPECT_TRUE(hasLine(metrics, "migrations_in_progress 0"));
}

TEST(Metrics, CountsExecutionsByTheirEnd) {
  Metrics metrics;
  metrics.migrationCreated();
  for (int i = 0; i < 5; ++i) metrics.executionStarted();
  metrics.executionEnded("Succeeded", Seconds(2));
  metrics.executionEnded("Failed", Seconds(2));
  metrics.executionEnded("RolledBack", Seconds(2));
  metrics.executionEnded("RolledBack", Seconds(20));
  EXPECT_TRUE(hasLine(metrics, "migrations_created_total 1"));
  EXPECT_TRUE(hasLine(metrics, "migrations_executed_total 5"));
  EXPECT_TRUE(hasLine(metrics, "migrations_succeeded_total 1"));
  EXPECT_TRUE(hasLine(metrics, "migrations_failed_total 1"));
  EXPECT_TRUE(hasLine(metrics, "migrations_rolled_back_total 2"));
  EXPECT_TRUE(hasLine(metrics, "migrations_in_progress 1"));
  EXPECT_TRUE(hasLine(metrics, "migration_execution_duration_seconds_count 4"));
  EXPECT_TRUE(hasLine(metrics, "migration_execution_duration_seconds_sum 26"));
}

TEST(Metrics, LabelsRequestsByRouteTemplateAndBoundsMethods) {
  Metrics metrics;
  metrics.httpRequest("GET", "/api/v1/migrations/{id}", 404, Seconds(0.002));
  metrics.httpRequest("GET", "/api/v1/migrations/{id}", 404, Seconds(0.002));
  metrics.httpRequest("BREW\n\"x\"", "", 405, Seconds(0));
  const std::string text = metrics.exposition();
  EXPECT_TRUE(hasLine(
      metrics, R"(http_request_duration_seconds_count{method="GET",route="/api/v1/migrations/{id}",status="404"} 2)"))
      << text;
  EXPECT_NE(text.find("method=\"OTHER\""), std::string::npos);
  EXPECT_EQ(text.find("BREW"), std::string::npos);
}

TEST(Metrics, KeepsTheNewestValueOfAGaugeAndEscapesLabels) {
  Metrics metrics;
  metrics.databasesRegistered(2);
  metrics.databasesRegistered(7);
  metrics.replicationLag("a\"b\\c\nd", 1);
  EXPECT_TRUE(hasLine(metrics, "databases_registered 7"));
  EXPECT_TRUE(hasLine(metrics, R"(database_replication_lag_seconds{database="a\"b\\c\nd"} 1)")) << metrics.exposition();
}

TEST(Metrics, LosesNothing_WhenThreadsCountAtOnce) {
  Metrics metrics;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 500; ++n) {
          metrics.migrationCreated();
          metrics.httpRequest("GET", "/health", 200, Seconds(0.001));
          if (n % 100 == 0) static_cast<void>(metrics.exposition());
        }
      });
    }
  }
  EXPECT_TRUE(hasLine(metrics, "migrations_created_total 4000"));
  EXPECT_TRUE(
      hasLine(metrics, R"(http_request_duration_seconds_count{method="GET",route="/health",status="200"} 4000)"));
}

}  // namespace
}  // namespace hotswap::observe
