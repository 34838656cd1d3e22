#include <algorithm>
#include <string>

#include "analysis/postgres/effects/implications.h"
#include "analysis/postgres/effects/names.h"
#include "analysis/postgres/effects/partition.h"
#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

/// What the bounds of a partition and of all above it ask of a row; empty where it can't be put as a condition.
std::string conditionOfAll(const std::string& bound, const Relation& parent, const KnownSchema& schema) {
  std::string condition = conditionOf(bound, parent.partitionBy, parent.partitionKey);
  if (condition.empty() || !parent.isPartition()) return condition;
  const Relation* above = parent.parents.empty() ? nullptr : schema.find(parent.parents.front());
  const std::string more = above == nullptr ? std::string() : conditionOfAll(parent.bound, *above, schema);
  return more.empty() ? more : condition + " AND " + more;
}

bool isRead(const Relation& table, const Given& given) {
  return std::ranges::find(given.effects.scans, nameOf(table)) != given.effects.scans.end();
}

/// Has the rows of a table checked beforehand, beside reads and writes. Returns the check's name, empty without one.
std::string checkFirst(const Relation& table, const std::string& condition, const Given& given, Draft& draft) {
  PgQuery__Node* tree = condition.empty() ? nullptr : draft.trees.parseExpression(condition);
  if (tree == nullptr) return {};
  const std::string name = freeConstraintName(table, "", "bound_check");
  PgQuery__AlterTableCmd* check = addConstraint(uncheckedCheck(name, tree, draft), draft);
  draft.step({alter(table, given.before, {check}, draft)});
  draft.step({alter(table, given.before, {validateConstraint(name, draft)}, draft)});
  return name;
}

bool write(const Given& given, Draft& draft) {
  const PgQuery__AlterTableCmd* command = actionOf(given, PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition);
  if (command == nullptr || !anyOfOthers(given.effects.scans, given)) return false;
  const PgQuery__PartitionCmd& attach = *command->def->partition_cmd;
  const Relation* parent = relationOf(given, *given.tree.alter_table_stmt->relation);
  const Relation* child = relationOf(given, *attach.name);
  if (parent == nullptr || child == nullptr || !parent->known || !child->known || attach.bound == nullptr) return false;
  const Relation* rest = given.before.defaultPartitionOf(parent->id);
  const std::string bound = boundText(*attach.bound);
  const std::string condition = isRead(*child, given) ? conditionOfAll(bound, *parent, given.before) : "";
  const bool readsRest = rest != nullptr && isRead(*rest, given);
  const std::string negation = readsRest ? negationOf(bound, parent->partitionBy, parent->partitionKey) : "";
  if ((isRead(*child, given) && condition.empty()) || (readsRest && negation.empty())) return false;
  const std::string ofChild = checkFirst(*child, condition, given, draft);
  const std::string ofRest = readsRest ? checkFirst(*rest, negation, given, draft) : "";
  draft.step({draft.trees.shallow(given.tree)});
  if (!ofChild.empty()) draft.step({alter(*child, given.before, {dropConstraint(ofChild, draft)}, draft)});
  if (!ofRest.empty()) draft.step({alter(*rest, given.before, {dropConstraint(ofRest, draft)}, draft)});
  return !draft.empty();
}

}  // namespace

const Rewrite attachPartition{.id = "attach-partition", .rules = {"attach-partition-scans"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
