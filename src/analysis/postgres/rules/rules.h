#pragma once
#include <span>

#include "analysis/postgres/rules/rule.h"

/// The rules of PostgreSQL, one file each. To add one: write `rules/the_rule.cpp` and `docs/rules/the-rule.md` (its
/// examples are its test), declare it here and name it in the list of rules.cpp.
namespace hotswap::analysis::postgres::rules {

extern const Rule addCheckScans;
extern const Rule addColumnBuildsIndex;
extern const Rule addColumnCheckScans;
extern const Rule addColumnReferences;
extern const Rule addColumnRewrites;
extern const Rule addForeignKeyScans;
extern const Rule addKeyBuildsIndex;
extern const Rule alterLocksPartitions;
extern const Rule alterTableAgain;
extern const Rule attachPartitionScans;
extern const Rule changeDefault;
extern const Rule changeTypeDependedOn;
extern const Rule changeTypeRewrites;
extern const Rule changeTypeScans;
extern const Rule concurrentBuildCorrupts;
extern const Rule concurrentlyOnPartitioned;
extern const Rule constraintsBypassed;
extern const Rule createIndexBlocksWrites;
extern const Rule createPartitionLocksParent;
extern const Rule createRule;
extern const Rule createTableLocksParent;
extern const Rule defaultPartitionScanned;
extern const Rule deleteScansReferring;
extern const Rule detachBesideDefault;
extern const Rule detachPartitionBlocks;
extern const Rule disableTrigger;
extern const Rule dropCascade;
extern const Rule dropColumn;
extern const Rule dropConstraint;
extern const Rule dropDatabase;
extern const Rule dropDependedOn;
extern const Rule dropFunction;
extern const Rule dropIndexBlocks;
extern const Rule dropLastIndex;
extern const Rule dropLocksParent;
extern const Rule dropNotNull;
extern const Rule dropOwned;
extern const Rule dropSchema;
extern const Rule dropSequence;
extern const Rule dropTable;
extern const Rule dropTrigger;
extern const Rule dropType;
extern const Rule dropView;
extern const Rule exclusionConstraintBlocks;
extern const Rule foreignKeyLocksParent;
extern const Rule foreignKeyTypeDiffers;
extern const Rule foreignKeyWithoutIndex;
extern const Rule foreignKeysTogether;
extern const Rule ifNotExistsKeepsInvalidIndex;
extern const Rule indexHasManyColumns;
extern const Rule jsonColumn;
extern const Rule keyUsingIndexScans;
extern const Rule lockTable;
extern const Rule manyRowsChanged;
extern const Rule moveToSchema;
extern const Rule newerThanServer;
extern const Rule notNullWithoutDefault;
extern const Rule onDeleteCascade;
extern const Rule opaqueCode;
extern const Rule policyBlocks;
extern const Rule recreateTable;
extern const Rule redundantIndex;
extern const Rule refreshBlocksReads;
extern const Rule refreshNeedsUniqueIndex;
extern const Rule reindexBlocks;
extern const Rule renameColumn;
extern const Rule renameConstraint;
extern const Rule renameEnumValue;
extern const Rule renameFunction;
extern const Rule renameSchema;
extern const Rule renameSequence;
extern const Rule renameTable;
extern const Rule renameType;
extern const Rule renameView;
extern const Rule replaceIndexGap;
extern const Rule rowSecurityDisabled;
extern const Rule rowSecurityWithoutPolicy;
extern const Rule rowsChangedUnderLock;
extern const Rule schemaAndDataMixed;
extern const Rule setNotNullScans;
extern const Rule severalTablesLocked;
extern const Rule severalTransactions;
extern const Rule storageChangeRewrites;
extern const Rule timeoutChanged;
extern const Rule timestampConversion;
extern const Rule tooManyIndexes;
extern const Rule triggerBlocksWrites;
extern const Rule truncate;
extern const Rule truncateReferenced;
extern const Rule unloggedTable;
extern const Rule unvalidatedConstraint;
extern const Rule updateWithoutWhere;
extern const Rule vacuumFull;
extern const Rule validateUnderLock;
extern const Rule workUnderLock;

/// All of them.
std::span<const Rule* const> all();

}  // namespace hotswap::analysis::postgres::rules
