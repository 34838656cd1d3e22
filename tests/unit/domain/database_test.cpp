#include "domain/database.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace hotswap {
namespace {

DatabaseTarget goodDatabase() {
  DatabaseTarget database;
  database.name = "Orders-1.eu_west";
  database.masterConnectionString = "Host=db1;Port=5432;Database=orders;Username=app;Password=hidden-pw";
  database.replicas = {{.connectionString = "postgresql://app:hidden-pw@db2:5432/orders", .trafficWeight = 0.5},
                       {.connectionString = "env:REPLICA", .trafficWeight = 1}};
  return database;
}

std::vector<std::string> wrongFields(const DatabaseTarget& database) {
  std::vector<std::string> fields;
  for (const ErrorDetail& detail : checkFields(database)) {
    EXPECT_FALSE(detail.message.empty()) << detail.field;
    EXPECT_EQ(detail.message.find("hidden"), std::string::npos) << detail.field;
    fields.push_back(detail.field);
  }
  return fields;
}

using Fields = std::vector<std::string>;

TEST(DatabaseFields, AreRight_WhenEverythingIsInItsBounds) {
  EXPECT_EQ(wrongFields(goodDatabase()), Fields{});
  DatabaseTarget largest = goodDatabase();
  largest.name = std::string(128, 'n');
  largest.description = std::string(10'000, 'd');
  largest.replicas.resize(100, largest.replicas.front());
  EXPECT_EQ(wrongFields(largest), Fields{});
}

TEST(DatabaseFields, RefuseNamesOutsideTheirAlphabet) {
  for (const std::string& name : {std::string(), std::string("a b"), std::string("a/b"), std::string("größe"),
                                  std::string("a\0b", 3), std::string("a\n"), std::string(129, 'n')}) {
    DatabaseTarget database = goodDatabase();
    database.name = name;
    EXPECT_EQ(wrongFields(database), Fields{"name"}) << name;
  }
}

TEST(DatabaseFields, RefuseANameThatCouldBeTakenForAnId) {
  DatabaseTarget database = goodDatabase();
  database.name = "db-017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
  EXPECT_EQ(wrongFields(database), Fields{"name"});
  database.name = "db-orders";
  EXPECT_EQ(wrongFields(database), Fields{});
}

TEST(DatabaseFields, RefuseConnectionStringsThatCannotBeUnderstood) {
  for (const std::string text : {"", "  ", "hidden", "host=a nonsense=hidden", "Host=a;Nonsense=hidden"}) {
    DatabaseTarget database = goodDatabase();
    database.masterConnectionString = text;
    database.replicas[1].connectionString = text;
    EXPECT_EQ(wrongFields(database), (Fields{"masterConnectionString", "replicas[1].connectionString"})) << text;
  }
}

TEST(DatabaseFields, TakeReferencesUnread) {
  for (const std::string text : {"env:NAME", "file:/run/secrets/orders", "vault:secret/orders#dsn"}) {
    DatabaseTarget database = goodDatabase();
    database.masterConnectionString = text;
    EXPECT_EQ(wrongFields(database), Fields{}) << text;
  }
}

TEST(DatabaseFields, RefuseTrafficWeightsOutsideZeroToOne) {
  for (const double weight : {-0.01, 1.01, std::nan(""), std::numeric_limits<double>::infinity(), -1e300}) {
    DatabaseTarget database = goodDatabase();
    database.replicas[0].trafficWeight = weight;
    EXPECT_EQ(wrongFields(database), Fields{"replicas[0].trafficWeight"}) << weight;
  }
}

TEST(DatabaseFields, RefuseTooManyReplicas) {
  DatabaseTarget database = goodDatabase();
  database.replicas.resize(101, database.replicas.front());
  EXPECT_EQ(wrongFields(database), Fields{"replicas"});
}

TEST(DatabaseFields, RefuseADescriptionThatIsTooLongOrNoText) {
  for (const std::string& description : {std::string(10'001, 'd'), std::string("a\0b", 3), std::string("\xFF")}) {
    DatabaseTarget database = goodDatabase();
    database.description = description;
    EXPECT_EQ(wrongFields(database), Fields{"description"});
  }
}

TEST(MaskedConnectionString, ShowsReferencesAsTheyAre) {
  EXPECT_EQ(maskedConnectionString("env:ORDERS"), "env:ORDERS");
  EXPECT_EQ(maskedConnectionString("file:/run/secrets/orders"), "file:/run/secrets/orders");
}

TEST(MaskedConnectionString, HidesThePasswordInEveryForm) {
  for (const std::string text :
       {"Host=db1;Database=orders;Username=app;Password=hidden-pw",
        "host=db1 dbname=orders user=app password='hidden-pw'", "postgresql://app:hidden-pw@db1/orders"}) {
    const std::string masked = maskedConnectionString(text);
    EXPECT_EQ(masked.find("hidden-pw"), std::string::npos) << masked;
    EXPECT_NE(masked.find("db1"), std::string::npos) << masked;
    EXPECT_NE(masked.find("****"), std::string::npos) << masked;
  }
}

}  // namespace
}  // namespace hotswap
