#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const auto type : {PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrig, PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigAll,
                          PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigUser}) {
    const auto disabled = actions(look, type);
    if (disabled.empty() || !isOfOthers(*look.tree.alter_table_stmt->relation, look)) continue;
    const bool keysToo = type == PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigAll;
    remarks.add(fmt::format("Rows of {} that are written until they are switched on again pass by {}, and nobody goes "
                            "over them later.",
                            look.tree.alter_table_stmt->relation->relname,
                            keysToo ? "all triggers and foreign keys" : "what the triggers do"),
                "Make the trigger's function leave out what must be left out, by a condition on the session.");
    return;
  }
}

}  // namespace

const Rule disableTrigger{.info = {"disable-trigger", Severity::Warning, "triggers are switched off"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
