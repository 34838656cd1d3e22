// Safe forms against the statements they stand for, on a running server: the same schema in the end, no transaction
// that works under a lock others wait for, and nobody who writes meanwhile is disturbed. With HOTSWAP_REWRITES_SHOW
// set, each safe form is printed.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>
#include <vector>

#include "analysis/dialect.h"
#include "analysis/postgres/load_schema.h"
#include "analysis/postgres/rewrites/rewrites.h"
#include "analysis/postgres/statement_effects.h"
#include "db/postgres/parse_tree.h"
#include "db/postgres/postgres_engine.h"
#include "db/postgres/postgres_script.h"
#include "db/sql_error.h"
#include "integration/analysis/oracle_cases.h"
#include "integration/analysis/oracle_deeds.h"
#include "support/postgres_cluster.h"

namespace hotswap::analysis::postgres {
namespace {

namespace fs = std::filesystem;

std::string contentOf(const fs::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// Databases that all begin with the schema of one folder.
class RewriteServer {
 public:
  explicit RewriteServer(const fs::path& folder)
      : cluster_({.settings = {{"autovacuum", "off"},
                               {"timezone", "Europe/Berlin"},
                               {"full_page_writes", "off"},
                               {"fsync", "off"},
                               {"max_wal_size", "8GB"},
                               {"checkpoint_timeout", "1h"}}}) {
    cluster_.psql("create database origin");
    cluster_.psql(contentOf(folder / "schema.sql") + "\nvacuum analyze;", "origin");
  }

  /// A new one. Dropping it would cost a checkpoint; it goes with the server.
  std::string makeDatabase() {
    const std::string name = fmt::format("copy_{}", ++databases_);
    cluster_.psql("create database " + name + " template origin");
    return name;
  }
  [[nodiscard]] std::unique_ptr<db::Session> open(const std::string& database) const {
    return engine_->connect(cluster_.connection(database), "rewrites", Milliseconds(10'000));
  }
  [[nodiscard]] db::SchemaListing listing(db::Session& session) const { return engine_->catalog().listing(session); }

 private:
  support::PostgresCluster cluster_;
  std::unique_ptr<db::Engine> engine_ = db::postgres::makeEngine();
  int databases_ = 0;
};

/// Sessions that use the tables all the time, as an application does; none of their statements may fail.
class Traffic {
 public:
  Traffic(const RewriteServer& server, const std::string& database, const std::vector<std::string>& statements) {
    for (int i = 0; i < 2; ++i) {
      sessions_.push_back(server.open(database));
      sessions_.back()->execute("set lock_timeout = '5s'");
    }
    for (const auto& session : sessions_) {
      threads_.emplace_back([this, &statements, session = session.get()](const std::stop_token& stop) {
        for (std::size_t i = 0; !stop.stop_requested(); ++i) run(*session, statements[i % statements.size()]);
      });
    }
  }
  /// What went wrong.
  std::vector<std::string> end() {
    threads_.clear();
    return failures_;
  }

 private:
  void run(db::Session& session, const std::string& sql) {
    try {
      session.execute(sql);
    } catch (const db::SqlError& error) {
      const std::lock_guard lock(mutex_);
      if (failures_.size() < 5) failures_.push_back(fmt::format("traffic: {}: {}", sql, error.what()));
    }
  }
  std::vector<std::unique_ptr<db::Session>> sessions_;
  std::mutex mutex_;
  std::vector<std::string> failures_;
  std::vector<std::jthread> threads_;
};

std::optional<SafeForm> safeFormOf(const std::string& sql, db::Session& session) {
  const std::unique_ptr<Judge> judge = dialectOf(DatabaseType::PostgreSQL)->judge(std::chrono::sys_days());
  judge->load(session, std::array{std::string_view(sql)});
  return judge->judge(db::postgres::PostgresScript().parse(sql).statements).front().safer;
}

/// What a step does while others wait; empty where it doesn't.
std::string workUnderLock(const SafeStep& step, db::Session& session) {
  DeedsObserver observer(session);
  const Deeds deeds = observer.runInTransaction({"enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan"},
                                                step.statements, [] {});
  if (deeds.scans.empty() && deeds.rewrites.empty() && deeds.builds.empty()) return {};
  // Nobody writes to a materialized view.
  const bool isRefresh = step.statements.front().starts_with("REFRESH");
  for (const auto& [name, mode] : deeds.locks) {
    if (!deeds.indexes.contains(name) && (isRefresh ? blocksReads(mode) : blocksWrites(mode)))
      return fmt::format("works under a lock: {}\n      {}", fmt::join(step.statements, "; "), textOf(deeds));
  }
  return {};
}

void run(const SafeStep& step, db::Session& session) {
  if (step.transactional) session.begin();
  for (const std::string& sql : step.statements) session.execute(sql);
  if (step.transactional) session.commit();
}

/// Columns are said without their numbers.
void forgetOrder(db::SchemaListing& listing) {
  for (auto& [key, definition] : listing.definitions) {
    if (key.starts_with("column ")) definition.erase(0, definition.find_first_not_of("0123456789"));
  }
}

class Trial {
 public:
  Trial(RewriteServer& server, const OracleCase& single) : server_(server), single_(single) {}

  /// Everything that is wrong with the safe form of a case, one line each.
  std::vector<std::string> run(const std::vector<std::string>* traffic) {
    const std::string database = server_.makeDatabase();
    {
      const auto session = prepared(database);
      form_ = safeFormOf(single_.sql, *session);
      if (form_) {
        if (std::getenv("HOTSWAP_REWRITES_SHOW") != nullptr) fmt::print("-- {}\n{};\n\n", single_.sql, textOf(*form_));
        session->execute(single_.sql);
        plain_ = server_.listing(*session);
      }
    }
    if (!form_) return {};
    tryAlone();
    if (lines_.empty() && traffic != nullptr) tryBusy(*traffic);
    return lines_;
  }
  [[nodiscard]] bool hasForm() const { return form_.has_value(); }

 private:
  std::unique_ptr<db::Session> prepared(const std::string& database) {
    auto session = server_.open(database);
    for (const std::string& sql : single_.before) session->execute(sql);
    return session;
  }

  void finish(db::Session& session) {
    for (const std::string& sql : form_->later) session.execute(sql);
    db::SchemaListing safe = server_.listing(session);
    if (single_.reorders) {
      forgetOrder(plain_);
      forgetOrder(safe);
    }
    for (const std::string& line : differences(plain_, safe)) lines_.push_back(line);
    for (const std::string& query : single_.empty) {
      if (!session.query(query).empty()) lines_.push_back("finds something: " + query);
    }
  }

  void tryAlone() {
    const std::string database = server_.makeDatabase();
    {
      const auto session = prepared(database);
      for (const SafeStep& step : form_->steps) {
        if (step.transactional) {
          if (const std::string wrong = workUnderLock(step, *session); !wrong.empty()) lines_.push_back(wrong);
        }
        hotswap::analysis::postgres::run(step, *session);
      }
      finish(*session);
    }
  }

  void tryBusy(const std::vector<std::string>& usual) {
    const std::string database = server_.makeDatabase();
    {
      const auto session = prepared(database);
      Traffic traffic(server_, database, single_.traffic.empty() ? usual : single_.traffic);
      for (const SafeStep& step : form_->steps) hotswap::analysis::postgres::run(step, *session);
      for (const std::string& failure : traffic.end()) lines_.push_back(failure);
      finish(*session);
    }
  }

  RewriteServer& server_;
  const OracleCase& single_;
  std::optional<SafeForm> form_;
  db::SchemaListing plain_;
  std::vector<std::string> lines_;
};

std::string report(const OracleCase& single, const std::vector<std::string>& lines) {
  return fmt::format("{}  {}\n    {}\n", single.place, single.sql, fmt::join(lines, "\n    "));
}

const fs::path rewriteCases = fs::path(HOTSWAP_SOURCE_DIR) / "tests" / "rewrites";
const fs::path oracleCorpus = fs::path(HOTSWAP_SOURCE_DIR) / "tests" / "oracle";

std::vector<std::string> filesOf(const fs::path& folder) {
  std::vector<std::string> names;
  for (const OracleCase& single : oracleCases(folder)) {
    const std::string name = single.place.substr(0, single.place.find('.'));
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

class SaferScripts : public testing::TestWithParam<std::string> {};

TEST_P(SaferScripts, EndInTheSameSchema_WhileTablesAreInUse) {
  static RewriteServer server(rewriteCases);
  std::vector<std::string> traffic;
  for (const auto& each : db::postgres::PostgresScript().parse(contentOf(rewriteCases / "traffic.sql")).statements)
    traffic.push_back(each.sql);
  for (const OracleCase& single : oracleCases(rewriteCases)) {
    if (!single.place.starts_with(GetParam() + ".")) continue;
    Trial trial(server, single);
    try {
      const std::vector<std::string> lines = trial.run(&traffic);
      EXPECT_TRUE(lines.empty()) << report(single, lines);
      EXPECT_EQ(trial.hasForm(), !single.none) << single.place << "  " << single.sql;
    } catch (const Error& error) {
      ADD_FAILURE() << report(single, {error.what()});
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, SaferScripts, testing::ValuesIn(filesOf(rewriteCases)),
                         [](const auto& file) { return file.param; });

/// Cases of the oracle's corpus, each in a transaction that is rolled back.
class CorpusTrial {
 public:
  CorpusTrial() : server_(oracleCorpus), session_(server_.open(server_.makeDatabase())), base_(loadSchema(*session_)) {}

  /// What is wrong with the safe form of a case, one line each; nothing where it has none, or can't be tried this way.
  std::optional<std::vector<std::string>> run(const OracleCase& single) {
    std::optional<std::vector<std::string>> lines;
    session_->begin();
    const auto form = formOf(single);
    if (form && std::ranges::all_of(form->steps, &SafeStep::transactional)) {
      session_->execute("savepoint plain");
      session_->execute(single.sql);
      db::SchemaListing plain = server_.listing(*session_);
      session_->execute("rollback to plain");
      for (const SafeStep& step : form->steps) {
        for (const std::string& sql : step.statements) session_->execute(sql);
        session_->execute("set constraints all immediate");
      }
      for (const std::string& sql : form->later) session_->execute(sql);
      db::SchemaListing safe = server_.listing(*session_);
      if (std::ranges::find(form->answers, "change-type-rewrites") != form->answers.end()) {
        forgetOrder(plain);
        forgetOrder(safe);
      }
      lines = differences(plain, safe);
    }
    session_->rollback();
    return lines;
  }

  void giveUp() { session_->rollback(); }

 private:
  std::optional<SafeForm> formOf(const OracleCase& single) {
    for (const std::string& sql : single.before) session_->execute(sql);
    std::optional<SafeForm> form;
    db::postgres::readStatement(single.sql, [&](const PgQuery__Node& node) {
      const KnownSchema before = single.before.empty() ? base_ : loadSchema(*session_);
      KnownSchema after = before;
      const Effects effects = apply(node, after);
      form = rewrites::safeForm({.tree = node, .effects = effects, .before = before, .after = after, .today = {}});
    });
    return form;
  }

  RewriteServer server_;
  std::unique_ptr<db::Session> session_;
  KnownSchema base_;
};

bool runsInTransactions(const OracleCase& single) {
  std::string all = single.sql;
  for (const std::string& sql : single.before) all += ";\n" + sql;
  const auto script = db::postgres::PostgresScript().parse(all);
  return std::ranges::all_of(script.statements, &db::Statement::transactional);
}

TEST(SaferCorpus, EndsInTheSameSchema) {
  CorpusTrial trial;
  int tried = 0;
  for (const OracleCase& single : oracleCases(oracleCorpus)) {
    if (single.firstVersion > 15 || single.lastVersion < 15 || !runsInTransactions(single)) continue;
    try {
      const auto lines = trial.run(single);
      if (lines) ++tried;
      EXPECT_TRUE(!lines || lines->empty()) << report(single, *lines);
    } catch (const db::SqlError& error) {
      trial.giveUp();
      ADD_FAILURE() << report(single, {error.what()});
    }
  }
  EXPECT_GT(tried, 100);
}

}  // namespace
}  // namespace hotswap::analysis::postgres
