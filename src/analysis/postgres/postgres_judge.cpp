#include "analysis/postgres/postgres_judge.h"

#include <utility>

#include "analysis/postgres/estimate.h"
#include "analysis/postgres/load_schema.h"
#include "analysis/postgres/rules/rules.h"
#include "analysis/postgres/schema_timeline.h"
#include "db/script_plan.h"

namespace hotswap::analysis::postgres {

namespace {

class PostgresJudge final : public Judge {
 public:
  PostgresJudge() : timeline_(KnownSchema()) {}

  void load(db::Session& session, std::span<const std::string_view> scripts) override {
    timeline_ = SchemaTimeline(loadSchema(session, scripts));
  }

  std::vector<Judgement> judge(const std::vector<db::Statement>& statements) override {
    std::vector<Judgement> judgements(statements.size());
    std::vector<rules::Past> past;
    past.reserve(statements.size());
    const std::vector<db::Unit> units = db::planUnits(statements);
    for (std::size_t unit = 0; unit < units.size(); ++unit) {
      for (std::size_t i = units[unit].first; i < units[unit].first + units[unit].count; ++i) {
        judgements[i] = judgeOne(statements[i], i, unit, past);
        past.push_back({.statement = statements[i], .effects = judgements[i].effects, .unit = unit});
      }
    }
    timeline_.settle();
    return judgements;
  }

 private:
  Judgement judgeOne(const db::Statement& statement, std::size_t index, std::size_t unit,
                     const std::vector<rules::Past>& past) {
    Judgement judgement{.effects = timeline_.advance(statement), .estimated = {}, .findings = {}};
    judgement.estimated = estimatedTime(judgement.effects, timeline_.before());
    const PgQuery__Node* tree = timeline_.statement();
    if (tree == nullptr) return judgement;
    const rules::Look look{.statement = statement,
                           .tree = *tree,
                           .unit = unit,
                           .effects = judgement.effects,
                           .before = timeline_.before(),
                           .after = timeline_.after(),
                           .past = past};
    for (const rules::Rule* rule : rules::all()) {
      rules::Remarks remarks(rule->info, statement, index, judgement.findings);
      rule->check(look, remarks);
    }
    return judgement;
  }

  SchemaTimeline timeline_;
};

}  // namespace

std::vector<RuleInfo> PostgresDialect::rules() const {
  std::vector<RuleInfo> infos;
  for (const rules::Rule* rule : rules::all()) infos.push_back(rule->info);
  return infos;
}

std::unique_ptr<Judge> PostgresDialect::judge() const { return std::make_unique<PostgresJudge>(); }

}  // namespace hotswap::analysis::postgres
