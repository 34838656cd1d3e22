#include "domain/database_url.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace hotswap {
namespace {

TEST(DatabaseUrl, KnowsSqliteByItsPrefix) {
  for (const char* text : {"sqlite:data/app.db", "sqlite://data/app.db", "sqlite3:data/app.db"}) {
    const DatabaseUrl url = DatabaseUrl::parse(text);
    EXPECT_EQ(url.type, DatabaseType::SQLite);
    EXPECT_EQ(url.connection.value("dbname"), "data/app.db");
  }
  EXPECT_EQ(DatabaseUrl::parse("sqlite:///srv/app.db").connection.value("dbname"), "/srv/app.db");
}

TEST(DatabaseUrl, TakesAllElseForPostgres) {
  const DatabaseUrl url = DatabaseUrl::parse("postgres://anna@db.example/shop?sslmode=require");
  EXPECT_EQ(url.type, DatabaseType::PostgreSQL);
  EXPECT_EQ(url.connection.value("dbname"), "shop");
  EXPECT_EQ(DatabaseUrl::parse("host=/run/postgresql dbname=shop").connection.value("host"), "/run/postgresql");
}

TEST(DatabaseUrl, RefusesWhatNamesNothing) {
  EXPECT_THROW(DatabaseUrl::parse("sqlite:"), Error);
  EXPECT_THROW(DatabaseUrl::parse("mysql://root@localhost/shop"), Error);
}

}  // namespace
}  // namespace hotswap
