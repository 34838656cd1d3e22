#include "db/sqlite/sqlite_engine.h"

#include <gtest/gtest.h>

#include "integration/db/sqlite_connections.h"

namespace hotswap::db::sqlite {
namespace {

TEST(SqliteEngine, SaysWhatItCan) {
  EXPECT_EQ(engine().type(), DatabaseType::SQLite);
  EXPECT_TRUE(engine().capabilities().transactionalDdl);
  EXPECT_FALSE(engine().capabilities().concurrentIndexBuild);
  EXPECT_FALSE(engine().capabilities().transactionOutcome);
  const auto session = connectTo(":memory:");
  EXPECT_EQ(engine().transactionOutcome(*session, "1"), TransactionOutcome::Unknown);
}

TEST(SqliteEngine, HasNoServerToWatch) {
  const auto session = connectTo(":memory:");
  const auto vitals = engine().vitals(*session, true);
  EXPECT_GT(vitals->probe().count(), 0);
  EXPECT_EQ(vitals->role(), InstanceRole::Primary);
  EXPECT_FALSE(vitals->replicationLag());
  const auto before = std::chrono::steady_clock::now();
  const VitalsReading reading = vitals->read();
  EXPECT_GE(reading.at, before);
  EXPECT_FALSE(reading.hasQueryCounters);
  EXPECT_FALSE(reading.transactions);
  const SessionWatch& watch = engine().sessionWatch();
  EXPECT_TRUE(watch.seesAll(*session));
  EXPECT_TRUE(watch.blockedBy(*session, 1).empty());
  EXPECT_TRUE(watch.longTransactions(*session, Seconds(0)).empty());
  EXPECT_EQ(watch.endSessions(*session, "hotswap/test", Milliseconds(1)), 0);
}

}  // namespace
}  // namespace hotswap::db::sqlite
