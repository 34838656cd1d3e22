#include "analysis/postgres/estimate.h"

namespace hotswap::analysis::postgres {

std::optional<Seconds> estimatedTime(const Effects& effects, const KnownSchema& before, const Rates& rates) {
  double seconds = rates.shortest;
  bool known = true;
  const auto table = [&](const RelationName& name) -> const Relation* {
    const Relation* found = before.find(name.schema, name.name);
    known = known && found != nullptr && found->known;
    return found;
  };
  for (const RelationName& name : effects.rewrites) {
    if (const Relation* found = table(name)) seconds += static_cast<double>(found->bytes) / rates.rewrittenBytes;
  }
  for (const RelationName& name : effects.scans) {
    if (const Relation* found = table(name)) seconds += static_cast<double>(found->bytes) / rates.scannedBytes;
  }
  for (const IndexBuild& build : effects.indexBuilds) {
    if (const Relation* found = table(build.table)) seconds += static_cast<double>(found->rows) / rates.indexedRows;
  }
  for (const DataLoss& loss : effects.dataLoss) {
    const bool rowByRow =
        loss.what == DataLoss::What::SomeRows || (loss.what == DataLoss::What::Values && loss.column.empty());
    if (!rowByRow) continue;
    if (const Relation* found = table(loss.relation)) seconds += static_cast<double>(found->rows) / rates.changedRows;
  }
  for (const RelationLock& lock : effects.locks) {
    if (const Relation* found = before.find(lock.object.schema, lock.object.name)) known = known && found->known;
  }
  if (!known) return std::nullopt;
  return Seconds(seconds);
}

}  // namespace hotswap::analysis::postgres
