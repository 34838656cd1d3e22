#include "db/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "db/postgres/postgres_engine.h"
#include "db/sqlite/sqlite_engine.h"

namespace hotswap::db {
namespace {

TEST(Engines, NameThoseThereAre_WhenOneIsAskedForThatIsNot) {
  Engines engines;
  engines.add(postgres::makeEngine());
  engines.add(sqlite::makeEngine());
  EXPECT_EQ(engines.of(DatabaseType::SQLite).type(), DatabaseType::SQLite);
  try {
    (void)engines.of(DatabaseType::Oracle);
    FAIL() << "an engine that isn't there was found";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::ValidationError);
    ASSERT_EQ(error.details().size(), 1U);
    EXPECT_EQ(error.details()[0].message, "is not supported yet; there are: PostgreSQL, SQLite");
  }
}

}  // namespace
}  // namespace hotswap::db
