// Predicted effects against what a server does, for every statement of tests/oracle. With HOTSWAP_ORACLE_SHOW set, what
// the server did is printed for each.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <tuple>
#include <vector>

#include "analysis/postgres/load_schema.h"
#include "analysis/postgres/statement_effects.h"
#include "db/postgres/parse_tree.h"
#include "db/postgres/postgres_engine.h"
#include "db/sql_error.h"
#include "integration/analysis/oracle_cases.h"
#include "integration/analysis/oracle_deeds.h"
#include "support/postgres_cluster.h"

namespace hotswap::analysis::postgres {
namespace {

const std::filesystem::path corpus = std::filesystem::path(HOTSWAP_SOURCE_DIR) / "tests" / "oracle";

/// A server with the corpus' schema in a template database.
class OracleServer {
 public:
  /// `version`: major; 0: the one that is installed.
  explicit OracleServer(int version)
      : cluster_({.version = version > 0 ? std::optional(version) : std::nullopt,
                  .settings = {{"autovacuum", "off"},
                               {"timezone", "Europe/Berlin"},
                               {"full_page_writes", "off"},
                               {"max_wal_size", "8GB"},
                               {"checkpoint_timeout", "1h"}}}) {
    std::stringstream schema;
    schema << std::ifstream(corpus / "schema.sql").rdbuf();
    cluster_.psql("create database oracle_template");
    cluster_.psql(schema.str() + "\nvacuum analyze;", "oracle_template");
    inTransactions_ = open(newDatabase());
    base_ = loadSchema(*inTransactions_);
    observer_.emplace(*inTransactions_);
  }

  [[nodiscard]] int majorVersion() const { return inTransactions_->serverVersion() / 10000; }

  /// Everything in which prediction and server differ, one line each; empty where they agree.
  std::vector<std::string> judge(const OracleCase& single) {
    if (single.before.empty() && single.hold.empty()) return judgeOn(single, *inTransactions_, base_, *observer_);
    const std::string database = newDatabase();
    auto session = open(database);
    for (const std::string& sql : single.before) session->execute(sql);
    const KnownSchema schema = loadSchema(*session);
    DeedsObserver observer(*session);
    std::vector<std::string> lines;
    if (single.hold.empty()) {
      lines = judgeOn(single, *session, schema, observer);
    } else {
      const auto holder = open(database);
      const auto watcher = open(database);
      lines = judgeAlone(single, *session, schema, observer, *holder, *watcher);
    }
    // Dropping the database would cost a checkpoint; it goes with the server.
    return lines;
  }

 private:
  std::string newDatabase() {
    const std::string name = fmt::format("oracle_{}", ++databases_);
    cluster_.psql("create database " + name + " template oracle_template");
    return name;
  }
  std::unique_ptr<db::Session> open(const std::string& database) {
    return db::postgres::makeEngine()->connect(cluster_.connection(database), "oracle", Milliseconds(10'000));
  }

  static std::vector<std::string> compare(const OracleCase& single, const Deeds& predicted, const Deeds& observed,
                                          const KnownSchema& model, const std::string& server) {
    if (std::getenv("HOTSWAP_ORACLE_SHOW") != nullptr)
      fmt::print("{}\t{}\t{}\n", single.place, single.sql, textOf(observed));
    std::vector<std::string> lines = differences(predicted, observed);
    if (observed.fails || predicted.fails) return lines;
    const std::vector<std::string> modelLines = linesOf(model.text());
    const std::vector<std::string> serverLines = linesOf(server);
    std::vector<std::string> missing;
    std::vector<std::string> tooMuch;
    std::ranges::set_difference(serverLines, modelLines, std::back_inserter(missing));
    std::ranges::set_difference(modelLines, serverLines, std::back_inserter(tooMuch));
    for (const std::string& line : missing) lines.push_back("schema lacks  " + line);
    for (const std::string& line : tooMuch) lines.push_back("schema says   " + line);
    return lines;
  }

  static std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

  /// Which plan the server chooses for small tables is not what is asked. Checks of ALTER TABLE read tables as they
  /// are; queries read them in full only where no index helps.
  static std::vector<std::string> planning(const std::string& sql) {
    if (sql.starts_with("alter")) return {"enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan"};
    return {"enable_seqscan", "enable_indexonlyscan", "enable_mergejoin", "enable_nestloop"};
  }

  static Deeds predict(const std::string& sql, KnownSchema& model) {
    Deeds predicted;
    db::postgres::readStatement(sql, [&](const PgQuery__Node& node) { predicted = deedsOf(apply(node, model)); });
    return predicted;
  }

  static std::vector<std::string> judgeOn(const OracleCase& single, db::Session& session, const KnownSchema& schema,
                                          DeedsObserver& observer) {
    KnownSchema model = schema;
    const Deeds predicted = predict(single.sql, model);
    std::string server;
    const Deeds observed =
        observer.runInTransaction(planning(single.sql), {single.sql}, [&] { server = loadSchema(session).text(); });
    return compare(single, predicted, observed, model, server);
  }

  static std::vector<std::string> judgeAlone(const OracleCase& single, db::Session& session, const KnownSchema& schema,
                                             DeedsObserver& observer, db::Session& holder, db::Session& watcher) {
    KnownSchema model = schema;
    const Deeds predicted = predict(single.sql, model);
    std::string server;
    const Deeds observed =
        observer.runAlone(single.sql, single.hold, holder, watcher, [&] { server = loadSchema(session).text(); });
    return compare(single, predicted, observed, model, server);
  }

  support::PostgresCluster cluster_;
  int databases_ = 0;
  std::unique_ptr<db::Session> inTransactions_;
  KnownSchema base_;
  std::optional<DeedsObserver> observer_;
};

OracleServer& server(int version) {
  static std::map<int, std::unique_ptr<OracleServer>> made;
  auto& one = made[version];
  if (!one) one = std::make_unique<OracleServer>(version);
  return *one;
}

const std::vector<OracleCase>& cases() {
  static const std::vector<OracleCase> read = oracleCases(corpus);
  return read;
}

std::vector<std::string> families() {
  std::vector<std::string> names;
  for (const OracleCase& single : cases()) {
    const std::string name = single.place.substr(0, single.place.find('.'));
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

class LockOracle : public testing::TestWithParam<std::tuple<int, std::string>> {};

TEST_P(LockOracle, AgreesWithTheServer) {
  const auto& [version, family] = GetParam();
  OracleServer& server = analysis::postgres::server(version);
  std::string table;
  int judged = 0;
  int wrong = 0;
  for (const OracleCase& single : cases()) {
    if (!single.place.starts_with(family + ".")) continue;
    if (server.majorVersion() < single.firstVersion || server.majorVersion() > single.lastVersion) continue;
    ++judged;
    std::vector<std::string> lines;
    try {
      lines = server.judge(single);
    } catch (const db::SqlError& error) {
      lines.push_back(fmt::format("could not be judged: {}", error.what()));
    }
    if (lines.empty()) continue;
    ++wrong;
    table += fmt::format("{}  {}\n    {}\n", single.place, single.sql, fmt::join(lines, "\n    "));
  }
  EXPECT_GT(judged, 0);
  EXPECT_EQ(wrong, 0) << wrong << " of " << judged << " statements are predicted wrongly:\n" << table;
}

std::string testNameOf(const testing::TestParamInfo<LockOracle::ParamType>& named) {
  const auto& [version, family] = named.param;
  return version == 0 ? family : fmt::format("{}_on_{}", family, version);
}

INSTANTIATE_TEST_SUITE_P(Corpus, LockOracle,
                         testing::Combine(testing::Values(0, 13, 17), testing::ValuesIn(families())), testNameOf);

TEST(LockOracleCorpus, HasEnoughStatements) { EXPECT_GE(cases().size(), 400U); }

}  // namespace
}  // namespace hotswap::analysis::postgres
