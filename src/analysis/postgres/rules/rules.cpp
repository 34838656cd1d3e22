#include "analysis/postgres/rules/rules.h"

#include <array>

namespace hotswap::analysis::postgres::rules {

std::span<const Rule* const> all() {
  static constexpr std::array rules{&addCheckScans,
                                    &addColumnRewrites,
                                    &addForeignKeyScans,
                                    &addKeyBuildsIndex,
                                    &attachPartitionScans,
                                    &changeTypeRewrites,
                                    &createIndexBlocksWrites,
                                    &detachPartitionBlocks,
                                    &dropCascade,
                                    &dropColumn,
                                    &dropIndexBlocks,
                                    &dropTable,
                                    &notNullWithoutDefault,
                                    &refreshBlocksReads,
                                    &reindexBlocks,
                                    &renameColumn,
                                    &renameTable,
                                    &rowsChangedUnderLock,
                                    &setNotNullScans,
                                    &storageChangeRewrites,
                                    &triggerBlocksWrites,
                                    &truncate,
                                    &updateWithoutWhere,
                                    &vacuumFull,
                                    &validateUnderLock};
  return rules;
}

}  // namespace hotswap::analysis::postgres::rules
