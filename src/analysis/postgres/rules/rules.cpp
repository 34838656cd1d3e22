#include "analysis/postgres/rules/rules.h"

#include <array>

namespace hotswap::analysis::postgres::rules {

std::span<const Rule* const> all() {
  static constexpr std::array rules{&addCheckScans,
                                    &addColumnBuildsIndex,
                                    &addColumnCheckScans,
                                    &addColumnReferences,
                                    &addColumnRewrites,
                                    &addForeignKeyScans,
                                    &addKeyBuildsIndex,
                                    &attachPartitionScans,
                                    &changeDefault,
                                    &changeTypeRewrites,
                                    &changeTypeScans,
                                    &createIndexBlocksWrites,
                                    &detachPartitionBlocks,
                                    &dropCascade,
                                    &dropColumn,
                                    &dropIndexBlocks,
                                    &dropNotNull,
                                    &dropTable,
                                    &jsonColumn,
                                    &notNullWithoutDefault,
                                    &refreshBlocksReads,
                                    &reindexBlocks,
                                    &renameColumn,
                                    &renameTable,
                                    &rowsChangedUnderLock,
                                    &setNotNullScans,
                                    &storageChangeRewrites,
                                    &timestampConversion,
                                    &triggerBlocksWrites,
                                    &truncate,
                                    &updateWithoutWhere,
                                    &vacuumFull,
                                    &validateUnderLock};
  return rules;
}

}  // namespace hotswap::analysis::postgres::rules
