// Goes through tests/cases_versioned: each folder is a database, migrations, the commands of `hotswap migrate` that are
// run on them one after the other, and what must hold after each. The README there says what can be expected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <csignal>
#include <fstream>
#include <optional>
#include <set>

#include "db/postgres/postgres_engine.h"
#include "db/sqlite/sqlite_engine.h"
#include "folder_setup.h"
#include "migration_case.h"
#include "support/eventually.h"
#include "support/postgres_cluster.h"
#include "support/secrets.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace hotswap::e2e {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::seconds patience{60};
constexpr std::size_t mostOutput = std::size_t{16} * 1024;

std::string contents(const fs::path& file) {
  std::ifstream text(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(text), {}};
}

/// Whether `place` stands in the text and is all of what stands there: `:3:1` is not `:3:16`.
bool namesPlace(const std::string& text, const std::string& place) {
  for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + 1)) {
    const std::size_t end = at + place.size();
    const bool begins = at == 0 || text[at - 1] == '/' || text[at - 1] == ' ';
    if (begins && (end == text.size() || std::isdigit(static_cast<unsigned char>(text[end])) == 0)) return true;
  }
  return false;
}

class MigrationCases : public testing::TestWithParam<MigrationCase> {
 protected:
  void SetUp() override {
    fs::create_directory(migrations());
    lay("migrations");
    const std::string before = contents(GetParam().folder / "before.sql");
    if (!before.empty()) sql(before);
    schemaBefore_ = engine_->catalog().listing(*connect());
  }

  void take(const Json& step) {
    if (step.contains("files")) lay(step.at("files"));
    e2e::setUp(folder_.path(), step.value("setup", Json::array()));
    if (step.contains("sql")) sql(step.at("sql"));
    if (step.contains("run")) run(step);
    expectDatabase(step);
  }

 private:
  [[nodiscard]] bool onPostgres() const { return GetParam().engine == DatabaseType::PostgreSQL; }
  [[nodiscard]] fs::path migrations() const { return folder_.path() / "migrations"; }
  [[nodiscard]] std::string url() const {
    return onPostgres() ? support::sharedCluster().uri(database_) : "sqlite:" + (folder_.path() / "app.db").string();
  }
  [[nodiscard]] std::unique_ptr<db::Session> connect() const {
    const ConnectionString target = onPostgres()
                                        ? support::sharedCluster().connection(database_)
                                        : ConnectionString().with("dbname", (folder_.path() / "app.db").string());
    return engine_->connect(target, "test", Milliseconds(5000));
  }
  void sql(const std::string& script) const { execute(*connect(), script); }
  void execute(db::Session& session, const std::string& script) const {
    const db::ParsedScript parsed = engine_->script().parse(script);
    ASSERT_FALSE(parsed.error) << script;
    for (const db::Statement& statement : parsed.statements) session.execute(statement.sql);
  }

  /// Puts a folder of the case over the migrations.
  void lay(const std::string& name) const {
    const fs::path from = GetParam().folder / name;
    const bool isThere = fs::exists(from);
    ASSERT_TRUE(isThere || name == "migrations") << "there is no " << from;
    if (isThere) {
      fs::copy(from, migrations(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    }
  }

  void run(const Json& step) {
    // Root reads what nobody may read, and a case about that has to be the same for everybody.
    std::vector<std::string> command;
    if (::geteuid() == 0) {
      constexpr const char* rights = "=-dac_override,-dac_read_search";
      command = {"setpriv", std::string("--bounding-set") + rights, std::string("--inh-caps") + rights, "--"};
    }
    command.insert(command.end(), {HOTSWAP_BUILD_DIR "/hotswap", "migrate"});
    for (const std::string argument : step.at("run")) command.push_back(argument);
    std::unique_ptr<db::Session> holder;
    if (step.contains("whileHeld")) {
      holder = connect();
      holder->execute("begin");
      execute(*holder, step.at("whileHeld"));
    }
    const fs::path output = folder_.path() / "output";
    fs::remove(output);
    support::ServerProcess process({.command = command,
                                    .environment = {{"DATABASE_URL", url()},
                                                    {"HOTSWAP_DIR", migrations().string()},
                                                    {"HOME", folder_.path().string()}},
                                    .output = output});
    const auto says = [&](const std::string& text) {
      return support::eventually(
          [&] { return contents(output).find(text) != std::string::npos || !process.running(); });
    };
    if (step.contains("letGoAfter")) {
      EXPECT_TRUE(says(step.at("letGoAfter")));
      holder->execute("rollback");
      holder.reset();
    }
    if (step.contains("interruptAfter")) {
      EXPECT_TRUE(says(step.at("interruptAfter")));
      process.signal(SIGINT);
    }
    const auto status = process.wait(patience);
    const std::string text = contents(output);
    ASSERT_TRUE(status) << "it did not end; it has printed:\n" << text;
    EXPECT_EQ(*status, step.at("exit")) << text;
    expectOutput(step, text);
    if (holder) holder->execute("rollback");
  }

  static void expectOutput(const Json& step, const std::string& text) {
    if (step.contains("place")) {
      EXPECT_TRUE(namesPlace(text, step.at("place"))) << step.at("place") << " in\n" << text;
    }
    for (const std::string fragment : step.value("says", Json::array())) EXPECT_THAT(text, HasSubstr(fragment));
    for (const std::string fragment : step.value("saysNot", Json::array())) EXPECT_THAT(text, Not(HasSubstr(fragment)));
    for (const char one : text) {
      const bool steers = static_cast<unsigned char>(one) < 0x20 && one != '\n' && one != '\t';
      ASSERT_FALSE(steers) << "a character that could steer a terminal is printed: " << static_cast<int>(one) << "\n"
                           << text;
    }
    EXPECT_LE(text.size(), mostOutput);
    support::expectNoSecretIn(text, "what was printed");
  }

  void expectDatabase(const Json& step) const {
    const auto session = connect();
    if (step.contains("history")) {
      EXPECT_THAT(rows(*session, "schema_version",
                       "select version || ' ' || state from schema_version order by kind desc, version"),
                  ElementsAreArray(step.at("history").get<std::vector<std::string>>()));
    }
    if (step.contains("log")) {
      EXPECT_THAT(rows(*session, "schema_version_log",
                       "select action || ' ' || version || ' ' || state from schema_version_log order by id"),
                  ElementsAreArray(step.at("log").get<std::vector<std::string>>()));
    }
    for (const std::string query : step.value("holds", Json::array())) {
      const std::string value = session->query(query).text(0, 0);
      EXPECT_TRUE(value == "t" || value == "1") << query << " is " << value;
    }
    if (step.contains("schemaAsBefore")) {
      const auto now = engine_->catalog().listing(*session);
      EXPECT_EQ(now.fingerprint() == schemaBefore_.fingerprint(), step.at("schemaAsBefore").get<bool>())
          << testing::PrintToString(db::differences(schemaBefore_, now));
    }
    if (!onPostgres()) return;
    EXPECT_TRUE(support::eventually([&] {
      return session
                 ->query(
                     "select count(*) from pg_stat_activity where datname = current_database() and application_name "
                     "like 'hotswap%'")
                 .text(0, 0) == "0";
    })) << "a session of the command is still there";
  }

  /// The first column of a query; nothing where the table isn't there.
  [[nodiscard]] std::vector<std::string> rows(db::Session& session, const std::string& table,
                                              const std::string& query) const {
    const bool isThere =
        engine_->catalog()
            .exists(session, {.kind = db::ObjectReference::Kind::Table, .schema = {}, .name = table, .table = {}})
            .value();
    std::vector<std::string> texts;
    if (!isThere) return texts;
    const db::Rows found = session.query(query);
    for (std::size_t row = 0; row < found.size(); ++row) texts.push_back(found.text(row, 0));
    return texts;
  }

  support::TemporaryFolder folder_;
  std::unique_ptr<db::Engine> engine_ = onPostgres() ? db::postgres::makeEngine() : db::sqlite::makeEngine();
  std::string database_ = onPostgres() ? support::sharedCluster().makeDatabase() : std::string();
  db::SchemaListing schemaBefore_;
};

TEST_P(MigrationCases, EndAsExpected) {
  int number = 0;
  for (const Json& step : GetParam().steps) {
    SCOPED_TRACE("step " + std::to_string(++number) + ": " + step.value("run", Json::array()).dump());
    take(step);
  }
}

INSTANTIATE_TEST_SUITE_P(All, MigrationCases, testing::ValuesIn(migrationCases()),
                         [](const testing::TestParamInfo<MigrationCase>& one) { return one.param.text(); });

TEST(MigrationCasesFolder, HoldsCasesForEachEngine) {
  std::set<std::string> names;
  std::size_t onPostgres = 0;
  std::size_t onSqlite = 0;
  for (const MigrationCase& one : migrationCases()) {
    names.insert(one.name);
    (one.engine == DatabaseType::PostgreSQL ? onPostgres : onSqlite) += 1;
  }
  EXPECT_GE(names.size(), 50U);
  EXPECT_GE(onPostgres, 45U);
  EXPECT_GE(onSqlite, 35U);
}

}  // namespace
}  // namespace hotswap::e2e
