// Every statement of tests/oracle, run and taken back on a server: what is said to be reversible leaves the schema as
// it was, and what else is offered can be run. With HOTSWAP_ORACLE_SHOW set, each way back is printed.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/postgres/inverse/statement_inverse.h"
#include "analysis/postgres/load_schema.h"
#include "analysis/postgres/statement_effects.h"
#include "db/postgres/parse_tree.h"
#include "db/postgres/postgres_engine.h"
#include "db/sql_error.h"
#include "integration/analysis/oracle_cases.h"
#include "support/postgres_cluster.h"

namespace hotswap::analysis::postgres {
namespace {

const std::filesystem::path corpus = std::filesystem::path(HOTSWAP_SOURCE_DIR) / "tests" / "oracle";

struct Tally {
  int statements = 0;
  int nothingToUndo = 0;  ///< reversible, and no statement is needed
  int reversible = 0;     ///< with a way back that brings all back
  int partly = 0;         ///< with a way back, and losses
};

class InverseServer {
 public:
  InverseServer()
      : engine_(db::postgres::makeEngine()),
        cluster_({.settings = {{"autovacuum", "off"}, {"full_page_writes", "off"}, {"max_wal_size", "8GB"}}}) {
    std::stringstream schema;
    schema << std::ifstream(corpus / "schema.sql").rdbuf();
    cluster_.psql("create database oracle_template");
    cluster_.psql(schema.str() + "\nvacuum analyze;", "oracle_template");
    shared_ = open(newDatabase());
    schema_ = loadSchema(*shared_);
    definitions_.addText(engine_->catalog().dump(*shared_), schema_);
    listing_ = engine_->catalog().listing(*shared_);
  }

  [[nodiscard]] int majorVersion() const { return shared_->serverVersion() / 10000; }

  /// What went wrong with the way back of a statement, one line each.
  std::vector<std::string> judge(const OracleCase& single, Tally& tally) {
    const auto forward = engine_->script().parse(single.sql).statements;
    const bool transactional = forward.at(0).transactional;
    if (single.before.empty()) {
      if (transactional) return inTransaction(single, {}, schema_, definitions_, listing_, tally);
    } else if (transactional && std::ranges::all_of(single.before, [&](const std::string& sql) {
                 return engine_->script().parse(sql).statements.at(0).transactional;
               })) {
      return inTransaction(single, single.before, {}, {}, {}, tally);
    }
    const auto session = open(newDatabase());
    for (const std::string& sql : single.before) session->execute(sql);
    const KnownSchema schema = loadSchema(*session);
    Definitions definitions;
    definitions.addText(engine_->catalog().dump(*session), schema);
    return undo(single, *session, schema, definitions, engine_->catalog().listing(*session), tally);
  }

 private:
  std::string newDatabase() {
    const std::string name = fmt::format("oracle_{}", ++databases_);
    cluster_.psql("create database " + name + " template oracle_template");
    return name;
  }
  std::unique_ptr<db::Session> open(const std::string& database) {
    return engine_->connect(cluster_.connection(database), "oracle", Milliseconds(10'000));
  }

  std::vector<std::string> inTransaction(const OracleCase& single, const std::vector<std::string>& preparations,
                                         const KnownSchema& schema, const Definitions& definitions,
                                         const db::SchemaListing& listing, Tally& tally) {
    shared_->begin();
    std::vector<std::string> lines;
    try {
      if (preparations.empty()) {
        lines = undo(single, *shared_, schema, definitions, listing, tally);
      } else {
        for (const std::string& sql : preparations) shared_->execute(sql);
        const KnownSchema prepared = loadSchema(*shared_);
        Definitions known;
        known.addText(engine_->catalog().dump(*shared_), prepared);
        lines = undo(single, *shared_, prepared, known, engine_->catalog().listing(*shared_), tally);
      }
    } catch (...) {
      shared_->rollback();
      throw;
    }
    shared_->rollback();
    return lines;
  }

  std::vector<std::string> undo(const OracleCase& single, db::Session& session, const KnownSchema& before,
                                const Definitions& definitions, const db::SchemaListing& listing, Tally& tally) {
    Inverse inverse;
    bool fails = false;
    db::postgres::readStatement(single.sql, [&](const PgQuery__Node& node) {
      KnownSchema after = before;
      const Effects effects = apply(node, after);
      fails = !effects.failure.empty();
      inverse = inverseOf(node, before, after, effects, definitions);
    });
    if (fails) return {};
    ++tally.statements;
    if (std::getenv("HOTSWAP_ORACLE_SHOW") != nullptr)
      fmt::print("{}\t{}\n\t=> {}\n\t!! {}\n", single.place, single.sql, fmt::join(inverse.statements, "; "),
                 fmt::join(inverse.losses, " "));
    if (inverse.reversible()) ++(inverse.statements.empty() ? tally.nothingToUndo : tally.reversible);
    if (!inverse.reversible() && inverse.statements.empty()) return {};
    if (!inverse.reversible()) ++tally.partly;
    session.execute(single.sql);
    for (const std::string& sql : inverse.statements) {
      try {
        session.execute(sql);
      } catch (const db::SqlError& error) {
        return {fmt::format("{}: {}", sql, error.what())};
      }
    }
    if (!inverse.reversible()) return {};
    std::vector<std::string> lines = db::differences(listing, engine_->catalog().listing(session));
    if (!lines.empty()) lines.push_back(fmt::format("after {}", fmt::join(inverse.statements, "; ")));
    return lines;
  }

  std::unique_ptr<db::Engine> engine_;
  support::PostgresCluster cluster_;
  int databases_ = 0;
  std::unique_ptr<db::Session> shared_;
  KnownSchema schema_;
  Definitions definitions_;
  db::SchemaListing listing_;
};

InverseServer& server() {
  static InverseServer made;
  return made;
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

class InverseOracle : public testing::TestWithParam<std::string> {};

TEST_P(InverseOracle, TakesBackWhatItSaysItDoes) {
  std::string table;
  Tally tally;
  int wrong = 0;
  for (const OracleCase& single : cases()) {
    if (!single.place.starts_with(GetParam() + ".")) continue;
    if (server().majorVersion() < single.firstVersion || server().majorVersion() > single.lastVersion) continue;
    std::vector<std::string> lines;
    try {
      lines = server().judge(single, tally);
    } catch (const db::SqlError& error) {
      lines.push_back(fmt::format("could not be judged: {}", error.what()));
    }
    if (lines.empty()) continue;
    ++wrong;
    table += fmt::format("{}  {}\n    {}\n", single.place, single.sql, fmt::join(lines, "\n    "));
  }
  fmt::print("{}: of {} statements {} are taken back whole, {} need nothing, {} come back in part\n", GetParam(),
             tally.statements, tally.reversible, tally.nothingToUndo, tally.partly);
  EXPECT_GT(tally.statements, 0);
  EXPECT_EQ(wrong, 0) << table;
}

INSTANTIATE_TEST_SUITE_P(Corpus, InverseOracle, testing::ValuesIn(families()),
                         [](const auto& family) { return family.param; });

}  // namespace
}  // namespace hotswap::analysis::postgres
