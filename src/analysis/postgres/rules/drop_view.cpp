#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_DROP_STMT || !look.effects.failure.empty()) return;
  if (look.tree.drop_stmt->remove_type != PG_QUERY__OBJECT_TYPE__OBJECT_VIEW) return;
  for (const RelationName& name : namedByDrop(look)) {
    if (!isOfOthers(name, look)) continue;
    remarks.addIfItStays([name](const KnownSchema& end) { return end.lookUp(name.schema, name.name) == nullptr; },
                         fmt::format("Whoever reads {} fails from that moment on.", name.text()),
                         "Take it out of the application first; CREATE OR REPLACE VIEW changes it without a gap.");
  }
}

}  // namespace

const Rule dropView{.info = {"drop-view", Severity::Warning, "a view is dropped while applications may read it"},
                    .check = check};

}  // namespace hotswap::analysis::postgres::rules
