#include "analysis/postgres/postgres_judge.h"

#include <algorithm>
#include <string>
#include <utility>

#include "analysis/postgres/estimate.h"
#include "analysis/postgres/inverse/statement_inverse.h"
#include "analysis/postgres/load_schema.h"
#include "analysis/postgres/rewrites/rewrites.h"
#include "analysis/postgres/rules/rules.h"
#include "analysis/postgres/schema_timeline.h"
#include "db/postgres/dump/schema_dump.h"
#include "db/postgres/parse_tree.h"
#include "db/script_plan.h"

namespace hotswap::analysis::postgres {

namespace {

constexpr std::size_t mostRelationsDumped = 2'000;

/// A statement that holds until its transaction ends, so that none of those behind it can be given another one.
bool tiesTransaction(const PgQuery__Node& tree) {
  switch (tree.node_case) {
    case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT: return tree.variable_set_stmt->is_local != 0;
    case PG_QUERY__NODE__NODE_LOCK_STMT:
    case PG_QUERY__NODE__NODE_CONSTRAINTS_SET_STMT: return true;
    case PG_QUERY__NODE__NODE_CREATE_STMT:
      return tree.create_stmt->oncommit != PG_QUERY__ON_COMMIT_ACTION__ONCOMMIT_NOOP;
    default: return false;
  }
}

class PostgresJudge final : public Judge {
 public:
  PostgresJudge(const KnownSchema& start, std::chrono::sys_days today) : today_(today), timeline_(start) {}

  void load(db::Session& session, std::span<const std::string_view> scripts) override {
    timeline_ = SchemaTimeline(loadSchema(session, scripts));
  }

  void findInverses(db::Session* session, const std::vector<db::Statement>& statements) override {
    findsInverses_ = true;
    // A dump takes seconds where there are thousands of tables; what only it could tell is said to be unknown then.
    if (session == nullptr || timeline_.before().size() > mostRelationsDumped) return;
    const bool needed = std::ranges::any_of(statements, [](const db::Statement& statement) {
      bool needs = false;
      db::postgres::readStatement(statement.sql, [&](const PgQuery__Node& tree) { needs = needsDefinitions(tree); });
      return needs;
    });
    if (needed) definitions_.addText(db::postgres::dumpSchema(*session), timeline_.before());
  }

  std::vector<Judgement> judge(const std::vector<db::Statement>& statements) override {
    std::vector<Judgement> judgements(statements.size());
    rules::History history;
    std::vector<rules::Pending> pending;
    const std::vector<db::Unit> units = db::planUnits(statements);
    for (std::size_t unit = 0; unit < units.size(); ++unit) {
      isTied_ = false;
      history.enter(unit);
      for (std::size_t i = units[unit].first; i < units[unit].first + units[unit].count; ++i) {
        judgements[i] = judgeOne(statements[i], i, history, pending);
      }
    }
    for (rules::Pending& one : pending) {
      if (one.holds(timeline_.after())) judgements[one.statement].findings.push_back(std::move(one.finding));
    }
    for (Judgement& one : judgements) answerFindings(one);
    timeline_.settle();
    return judgements;
  }

 private:
  Judgement judgeOne(const db::Statement& statement, std::size_t index, rules::History& history,
                     std::vector<rules::Pending>& pending) {
    Judgement judgement{.effects = timeline_.advance(statement), .estimated = {}, .findings = {}};
    judgement.estimated = estimatedTime(judgement.effects, timeline_.before());
    const PgQuery__Node* tree = timeline_.statement();
    if (tree == nullptr) return judgement;
    if (findsInverses_) judgement.inverse = inverse(statement, *tree, judgement.effects);
    const rules::Look look{.statement = statement,
                           .tree = *tree,
                           .effects = judgement.effects,
                           .before = timeline_.before(),
                           .after = timeline_.after(),
                           .history = history};
    const auto ask = [&] {
      for (const rules::Rule* rule : rules::all()) {
        rules::Remarks remarks(rule->info, statement, index, judgement.findings, pending);
        rule->check(look, remarks);
      }
      history.note(look);
    };
    // Rules walk the tree, too.
    if (statement.sql.size() <= db::postgres::shallowBytes) {
      ask();
    } else {
      db::postgres::onDeepStack(ask);
    }
    const bool isPending = !pending.empty() && pending.back().statement == index;
    if (!isTied_ && (!judgement.findings.empty() || isPending)) findSafeForm(statement, *tree, judgement);
    isTied_ = isTied_ || tiesTransaction(*tree);
    return judgement;
  }

  Inverse inverse(const db::Statement& statement, const PgQuery__Node& tree, const Effects& effects) {
    Inverse found;
    // Definitions may be nested as deeply as any statement.
    db::postgres::onDeepStack(
        [&] { found = inverseOf(tree, timeline_.before(), timeline_.after(), effects, definitions_); });
    definitions_.add(statement.sql, timeline_.before(), timeline_.after());
    return found;
  }

  void findSafeForm(const db::Statement& statement, const PgQuery__Node& tree, Judgement& judgement) const {
    const auto write = [&] {
      judgement.safer = rewrites::safeForm({.tree = tree,
                                            .effects = judgement.effects,
                                            .before = timeline_.before(),
                                            .after = timeline_.after(),
                                            .today = today_});
    };
    if (statement.sql.size() <= db::postgres::shallowBytes) {
      write();
    } else {
      db::postgres::onDeepStack(write);
    }
  }

  /// Puts the safe form beside the findings that it answers, once they are all there.
  static void answerFindings(Judgement& judgement) {
    if (!judgement.safer) return;
    if (judgement.findings.empty()) return judgement.safer.reset();
    const std::string script = textOf(*judgement.safer) + ";\n";
    for (Finding& finding : judgement.findings) {
      const auto& answers = judgement.safer->answers;
      if (std::ranges::find(answers, finding.rule) != answers.end()) finding.saferScript = script;
    }
  }

  std::chrono::sys_days today_;
  SchemaTimeline timeline_;
  Definitions definitions_;
  bool findsInverses_ = false;
  bool isTied_ = false;  ///< a statement of the present unit means something for its transaction alone
};

}  // namespace

std::vector<RuleInfo> PostgresDialect::rules() const {
  std::vector<RuleInfo> infos;
  for (const rules::Rule* rule : rules::all()) infos.push_back(rule->info);
  return infos;
}

std::unique_ptr<Judge> PostgresDialect::judge(std::chrono::sys_days today) const {
  return judgeFrom(KnownSchema(), today);
}

std::unique_ptr<Judge> judgeFrom(const KnownSchema& start, std::chrono::sys_days today) {
  return std::make_unique<PostgresJudge>(start, today);
}

}  // namespace hotswap::analysis::postgres
