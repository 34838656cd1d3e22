#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program.h"
#include "support/postgres_cluster.h"

namespace hotswap::e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// The path of the guide "How do I run my first migration?".
class FirstMigration : public testing::Test {
 protected:
  FirstMigration() : database_(support::sharedCluster().makeDatabase()) {
    support::sharedCluster().psql("create table orders (id int primary key)", database_);
    person_.logIn();
    person_.must({"database", "add", "shop", "--environment", "Staging", "--connection",
                  "file:" + person_.file("connection", support::sharedCluster().uri(database_))});
  }

  std::string database_;
  support::Service service_{{{"Monitoring__BaselineSeconds", "1"}, {"Monitoring__PrimarySeconds", "1"}}};
  Person person_{service_};
};

TEST_F(FirstMigration, GoesFromLoginToSuccess) {
  EXPECT_THAT(person_.must({"database", "health", "shop"}), HasSubstr("Healthy"));
  person_.must({"migration", "create", "add_note", "--database", "shop", "--up",
                person_.file("up.sql", "alter table orders add column note text;"), "--down",
                person_.file("down.sql", "alter table orders drop column note;")});
  EXPECT_THAT(person_.must({"migration", "validate", "add_note", "--dry-run"}), HasSubstr("alter table orders"));
  EXPECT_THAT(person_.must({"execute", "add_note", "--watch"}), HasSubstr("Succeeded"));
  EXPECT_EQ(
      support::sharedCluster().psql(
          "select column_name from information_schema.columns where table_name = 'orders' and column_name = 'note'",
          database_),
      "note\n");
  const json migration = json::parse(person_.must({"migration", "show", "add_note", "--json"}));
  EXPECT_EQ(migration.at("status"), "Succeeded");
}

TEST_F(FirstMigration, EndsWithThree_WhenItIsRolledBack) {
  person_.must(
      {"migration", "create", "broken", "--database", "shop", "--up",
       person_.file("up.sql", "alter table orders add column note text;\ninsert into orders (id) values (1), (1);")});
  const support::Finished finished = person_.run({"execute", "broken", "--watch"});
  EXPECT_EQ(finished.status, 3) << finished.output;
  EXPECT_THAT(finished.output, testing::AllOf(HasSubstr("RolledBack"), HasSubstr("23505"), HasSubstr("line 2")));
  EXPECT_EQ(support::sharedCluster().psql("select count(*) from information_schema.columns where table_name = 'orders'",
                                          database_),
            "1\n");
}

TEST_F(FirstMigration, ShowsASyntaxErrorWithItsPlace) {
  const support::Finished finished =
      person_.run({"migration", "create", "typo", "--database", "shop", "--up",
                   person_.file("up.sql", "alter table orders\n  ad column note text;")});
  EXPECT_EQ(finished.status, 1) << finished.output;
  EXPECT_THAT(finished.output, HasSubstr("line 2"));
}

TEST_F(FirstMigration, UndoesASuccessOnRequest) {
  person_.must({"migration", "create", "add_note", "--database", "shop", "--up",
                person_.file("up.sql", "alter table orders add column note text;"), "--down",
                person_.file("down.sql", "alter table orders drop column note;")});
  person_.must({"execute", "add_note", "--watch"});
  const json executions = json::parse(person_.must({"execution", "list", "--json"}));
  const std::string id = executions.at("executions").at(0).at("executionId");
  person_.must({"execution", "rollback", id, "--reason", "not wanted"});
  const json execution = json::parse(person_.must({"execution", "show", id, "--json"}));
  EXPECT_EQ(execution.at("status"), "RolledBack");
  EXPECT_EQ(execution.at("rollback").at("verified"), true);
}

TEST_F(FirstMigration, KeepsTheConnectionStringOutOfTheStore) {
  const auto admin = service_.admin();
  admin->must("POST", "/api/v1/databases",
              {{"name", "direct"},
               {"type", "PostgreSQL"},
               {"environment", "QA"},
               {"masterConnectionString", support::sharedCluster().uri(database_)}});
  admin->must("GET", "/api/v1/databases/direct");
  admin->must("GET", "/api/v1/databases/direct/health");
  EXPECT_EQ(service_.stop(), 0);
  const support::Finished found =
      support::runProgram({"grep", "-rac", support::PostgresCluster::password, service_.dataFolder()});
  EXPECT_THAT(found.output, testing::Not(testing::ContainsRegex(":[1-9]")))
      << "the password stands readable in the data folder";
}

TEST_F(FirstMigration, IsTakenUpAgain_WhenTheServiceIsStoppedMeanwhile) {
  const auto admin = service_.admin();
  person_.must({"migration", "create", "slow", "--database", "shop", "--up",
                person_.file("up.sql", "create table fresh (id int);"), "--down",
                person_.file("down.sql", "drop table fresh;")});
  const std::string id =
      json::parse(person_.must({"execute", "slow", "--watch-seconds", "3", "--json"})).at("executionId");
  EXPECT_EQ(service_.stop(), 0) << service_.outputText();
  service_.start();
  EXPECT_EQ(person_.must({"execution", "watch", id}).find("Failed"), std::string::npos);
  const json execution = json::parse(person_.must({"execution", "show", id, "--json"}));
  EXPECT_EQ(execution.at("status"), "Succeeded");
}

}  // namespace
}  // namespace hotswap::e2e
