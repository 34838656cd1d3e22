#include "analysis/postgres/statement_effects.h"

#include <algorithm>
#include <array>

#include "analysis/postgres/effects/families.h"
#include "analysis/postgres/effects/simulation.h"

namespace hotswap::analysis::postgres {

bool playAny(const PgQuery__Node& node, Simulation& simulation) {
  // CREATE TABLE AS comes before plain queries, ALTER TYPE before ALTER TABLE.
  static constexpr std::array families{&playTypeDomain,
                                       &playAlterTable,
                                       &playCreateTable,
                                       &playIndex,
                                       &playDrop,
                                       &playRename,
                                       &playView,
                                       &playData,
                                       &playSequence,
                                       &playMaintenance,
                                       &playTriggerPolicyRule,
                                       &playObjects};
  return std::ranges::any_of(families, [&](auto* play) { return play(node, simulation); });
}

Effects apply(const PgQuery__Node& statement, KnownSchema& schema) {
  Simulation simulation(schema);
  playAny(statement, simulation);
  return simulation.finish();
}

Effects effectsOf(const PgQuery__Node& statement, const KnownSchema& schema) {
  KnownSchema copy = schema;
  return apply(statement, copy);
}

}  // namespace hotswap::analysis::postgres
