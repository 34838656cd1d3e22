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
                                    &changeTypeDependedOn,
                                    &changeTypeRewrites,
                                    &changeTypeScans,
                                    &concurrentlyOnPartitioned,
                                    &createIndexBlocksWrites,
                                    &detachBesideDefault,
                                    &detachPartitionBlocks,
                                    &dropCascade,
                                    &dropColumn,
                                    &dropDependedOn,
                                    &dropIndexBlocks,
                                    &dropNotNull,
                                    &dropTable,
                                    &jsonColumn,
                                    &moveToSchema,
                                    &newerThanServer,
                                    &notNullWithoutDefault,
                                    &refreshBlocksReads,
                                    &refreshNeedsUniqueIndex,
                                    &reindexBlocks,
                                    &renameColumn,
                                    &renameConstraint,
                                    &renameEnumValue,
                                    &renameFunction,
                                    &renameSchema,
                                    &renameSequence,
                                    &renameTable,
                                    &renameType,
                                    &renameView,
                                    &rowsChangedUnderLock,
                                    &setNotNullScans,
                                    &storageChangeRewrites,
                                    &timestampConversion,
                                    &triggerBlocksWrites,
                                    &truncate,
                                    &truncateReferenced,
                                    &updateWithoutWhere,
                                    &vacuumFull,
                                    &validateUnderLock};
  return rules;
}

}  // namespace hotswap::analysis::postgres::rules
