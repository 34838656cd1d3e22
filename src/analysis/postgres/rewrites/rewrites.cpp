#include "analysis/postgres/rewrites/rewrites.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "analysis/postgres/rewrites/alter_table_actions.h"

namespace hotswap::analysis::postgres::rewrites {

std::span<const Rewrite* const> all() {
  static constexpr std::array rewrites{&addCheck,
                                       &addColumn,
                                       &addForeignKey,
                                       &addKey,
                                       &attachPartition,
                                       &changeRows,
                                       &changeType,
                                       &createIndex,
                                       &detachPartition,
                                       &dropColumn,
                                       &dropIndex,
                                       &dropTable,
                                       &refreshMaterializedView,
                                       &reindex,
                                       &renameColumn,
                                       &renameTable,
                                       &setNotNull};
  return rewrites;
}

std::optional<SafeForm> safeForm(const Given& given) {
  if (!given.effects.failure.empty()) return std::nullopt;
  Draft draft;
  std::vector<std::string_view> answers;
  if (consistsOfSeveral(given)) {
    answers = writeActions(given, draft);
  } else {
    const auto rewrites = all();
    const auto found =
        std::ranges::find_if(rewrites, [&](const Rewrite* rewrite) { return rewrite->write(given, draft); });
    if (found != rewrites.end()) answers = (*found)->rules;
  }
  std::optional<SafeForm> form = answers.empty() ? std::nullopt : draft.finish();
  if (form) form->answers = std::move(answers);
  return form;
}

}  // namespace hotswap::analysis::postgres::rewrites
