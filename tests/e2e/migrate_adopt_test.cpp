// `hotswap migrate adopt` as its users run it: exit codes, JSON shape, what is printed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "support/postgres_cluster.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace hotswap::e2e {
namespace {

using Json = nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class MigrateAdopt : public testing::Test {
 protected:
  MigrateAdopt() {
    for (const char* name : {"0002_orders", "0003_items", "0005_more"}) {
      std::ofstream(folder_.path() / (std::string(name) + ".up.sql")) << "create table t" << name << " (id int);\n";
    }
    sql("create table schema_migrations (version varchar primary key)");
    sql("insert into schema_migrations values ('0001'), ('0002'), ('0004')");
  }

  [[nodiscard]] support::Finished run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {HOTSWAP_BUILD_DIR "/hotswap", "migrate"});
    return support::runProgram(arguments, {{"DATABASE_URL", support::sharedCluster().uri(database_)},
                                           {"HOTSWAP_DIR", folder_.path().string()},
                                           {"HOME", folder_.path().string()}});
  }
  std::string sql(const std::string& text) const { return support::sharedCluster().psql(text, database_); }

 private:
  support::TemporaryFolder folder_;
  std::string database_ = support::sharedCluster().makeDatabase();
};

TEST_F(MigrateAdopt, SaysEachVersion_AndWhatIsSpecialAboutIt) {
  const support::Finished planned = run({"adopt", "--from", "dbmate", "--dry-run"});
  EXPECT_EQ(planned.status, 0);
  EXPECT_THAT(planned.output, HasSubstr("would be taken over: 0002 orders\n"));
  const support::Finished taken = run({"adopt", "--from", "dbmate"});
  EXPECT_EQ(taken.status, 0);
  EXPECT_THAT(taken.output, AllOf(HasSubstr("taken over: 0001 (baseline: "), HasSubstr("taken over: 0002 orders\n"),
                                  HasSubstr("taken over: 0004 (without a file: "),
                                  HasSubstr("3 migrations taken over from dbmate.")));
  EXPECT_THAT(run({"adopt", "--from", "dbmate"}).output, HasSubstr("The history of dbmate holds nothing new."));
  EXPECT_EQ(run({"status"}).status, 4);
}

TEST_F(MigrateAdopt, PrintsJsonOfAKnownShape) {
  const support::Finished finished = run({"adopt", "--from", "dbmate", "--json"});
  ASSERT_EQ(finished.status, 0) << finished.output;
  const Json json = Json::parse(finished.output);
  EXPECT_EQ(json["dryRun"], false);
  ASSERT_EQ(json["adopted"].size(), 3U);
  Json first = json["adopted"][0];
  first.erase("appliedAt");
  first.erase("appliedBy");
  EXPECT_EQ(first, (Json{{"version", "0001"},
                         {"description", ""},
                         {"kind", "versioned"},
                         {"state", "baseline"},
                         {"file", nullptr},
                         {"executionTimeMs", 0}}));
  EXPECT_THAT(json["adopted"][1]["file"], HasSubstr("0002_orders.up.sql"));
}

TEST_F(MigrateAdopt, PrintsVersionsAlone_WhenItIsQuiet) {
  EXPECT_EQ(run({"adopt", "--from", "dbmate", "--quiet"}).output, "0001\n0002\n0004\n");
}

TEST_F(MigrateAdopt, RefusesWithItsExitCode) {
  EXPECT_EQ(run({"adopt"}).status, 2);
  const support::Finished typo = run({"adopt", "--from", "flywai"});
  EXPECT_EQ(typo.status, 2);
  EXPECT_THAT(typo.output, HasSubstr("did you mean flyway?"));
  const support::Finished other = run({"adopt", "--from", "golang-migrate"});
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.output, HasSubstr("--from dbmate"));
}

}  // namespace
}  // namespace hotswap::e2e
