// Comments, owners, sequences, policies.
#include <algorithm>
#include <map>

#include "analysis/postgres/inverse/families.h"
#include "analysis/postgres/inverse/restore_part.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

using Object = PgQuery__ObjectType;

/// The comment that stood there; the object of both statements has the same subject.
void invertComment(const PgQuery__CommentStmt& statement, const PgQuery__Node& node, WayBack& way) {
  const std::vector<Subject> subjects = subjectsOf(node, way.before);
  if (subjects.empty() || !way.definitions.knows(subjects[0])) return way.missDefinition("the comment");
  auto* back = way.trees.copy(statement);
  back->comment = way.trees.text("");
  way.definitions.about(subjects[0], [&](const Definition& one) {
    if (one.tree->node_case != PG_QUERY__NODE__NODE_COMMENT_STMT) return;
    const auto* other = one.tree->comment_stmt;
    if (other->objtype == statement.objtype && lastNameOf(other->object) == lastNameOf(statement.object))
      back->comment = other->comment;
  });
  way.run(way.trees.node(back));
}

class SequenceInverse {
 public:
  SequenceInverse(const PgQuery__AlterSeqStmt& statement, WayBack& way) : statement_(statement), way_(way) {}

  void find() {
    const Relation* sequence = way_.before.lookUp(statement_.sequence->schemaname, statement_.sequence->relname);
    if (sequence == nullptr) {
      if (statement_.missing_ok == 0 || !way_.before.complete) way_.missDefinition("the sequence");
      return;
    }
    if (!way_.definitions.knows(subjectOf(*sequence))) return way_.missDefinition("the sequence " + sequence->name);
    readOptions(*sequence);
    std::vector<PgQuery__Node*> options;
    for (const auto* option : tree::nodes(statement_.n_options, statement_.options)) {
      const std::string name = option->def_elem->defname;
      if (name == "restart") {
        way_.lose("The position of the sequence " + sequence->name + " is lost.");
      } else if (name == "owned_by") {
        options.push_back(ownedBy(*sequence));
      } else {
        options.push_back(earlier(name));
      }
    }
    if (options.empty()) return;
    auto* back = way_.trees.make(pg_query__alter_seq_stmt__init);
    back->sequence = way_.trees.range(*sequence);
    back->n_options = options.size();
    back->options = way_.trees.list(options);
    way_.run(way_.trees.node(back));
  }

 private:
  void readOptions(const Relation& sequence) {
    way_.definitions.about(subjectOf(sequence), [&](const Definition& one) {
      std::size_t count = 0;
      PgQuery__Node** items = nullptr;
      if (one.tree->node_case == PG_QUERY__NODE__NODE_CREATE_SEQ_STMT) {
        count = one.tree->create_seq_stmt->n_options;
        items = one.tree->create_seq_stmt->options;
      } else if (one.tree->node_case == PG_QUERY__NODE__NODE_ALTER_SEQ_STMT) {
        count = one.tree->alter_seq_stmt->n_options;
        items = one.tree->alter_seq_stmt->options;
      }
      for (auto* option : tree::nodes(count, items)) options_[option->def_elem->defname] = option;
    });
  }

  PgQuery__Node* ownedBy(const Relation& sequence) {
    const Relation* table = way_.before.find(sequence.ownerTable);
    PgQuery__Node* names = table == nullptr ? way_.trees.names({"none"})
                                            : way_.trees.names({table->schema, table->name, sequence.ownerColumn});
    return way_.trees.node(way_.trees.option("owned_by", names));
  }

  PgQuery__Node* earlier(const std::string& name) {
    const auto old = options_.find(name);
    if (old != options_.end()) return old->second;
    if (name == "increment" || name == "cache" || name == "start")
      return way_.trees.node(way_.trees.option(name, way_.trees.integer(1)));
    if (name == "cycle") {
      auto* off = way_.trees.make(pg_query__boolean__init);
      auto* node = way_.trees.make(pg_query__node__init);
      node->node_case = PG_QUERY__NODE__NODE_BOOLEAN;
      node->boolean = off;
      return way_.trees.node(way_.trees.option(name, node));
    }
    if (name == "as") {
      return way_.trees.node(
          way_.trees.option(name, way_.trees.node(way_.trees.type({.schema = "pg_catalog", .name = "int8"}))));
    }
    return way_.trees.node(way_.trees.option(name, nullptr));  // NO MINVALUE, NO MAXVALUE
  }

  const PgQuery__AlterSeqStmt& statement_;
  WayBack& way_;
  std::map<std::string, PgQuery__Node*> options_;
};

void invertPolicy(const PgQuery__AlterPolicyStmt& statement, WayBack& way) {
  const Relation* table = way.before.lookUp(statement.table->schemaname, statement.table->relname);
  if (table == nullptr || !way.definitions.knows(subjectOf(*table)))
    return way.missDefinition("the policy " + std::string(statement.policy_name));
  way.drop(Object::PG_QUERY__OBJECT_TYPE__OBJECT_POLICY,
           way.trees.names({table->schema, table->name, statement.policy_name}));
  if (!restorePart(*table, Object::PG_QUERY__OBJECT_TYPE__OBJECT_POLICY, statement.policy_name, way))
    way.missDefinition("the policy " + std::string(statement.policy_name));
}

void invertOwner(const PgQuery__AlterOwnerStmt& statement, const PgQuery__Node& node, WayBack& way) {
  const PgQuery__RoleSpec* owner = nullptr;
  const std::vector<Subject> subjects = subjectsOf(node, way.before);
  if (!subjects.empty()) {
    way.definitions.about(subjects[0], [&](const Definition& one) {
      if (one.tree->node_case == PG_QUERY__NODE__NODE_ALTER_OWNER_STMT) owner = one.tree->alter_owner_stmt->newowner;
    });
  }
  if (owner == nullptr) return way.missDefinition("the owner");
  auto* back = way.trees.copy(statement);
  back->newowner = const_cast<PgQuery__RoleSpec*>(owner);
  way.run(way.trees.node(back));
}

bool sameRole(const PgQuery__RoleSpec& one, const PgQuery__RoleSpec& other) {
  return one.roletype == other.roletype && std::string_view(one.rolename) == other.rolename;
}

/// The grantees hold nothing on the object yet, so that taking all of it away is right.
bool isFirstGrant(const PgQuery__GrantStmt& statement, const Subject& subject, const Definitions& definitions) {
  bool first = definitions.knows(subject);
  definitions.about(subject, [&](const Definition& one) {
    if (one.tree->node_case != PG_QUERY__NODE__NODE_GRANT_STMT) return;
    const auto* other = one.tree->grant_stmt;
    for (const auto* grantee : tree::nodes(statement.n_grantees, statement.grantees)) {
      for (const auto* holder : tree::nodes(other->n_grantees, other->grantees))
        first = first && !sameRole(*grantee->role_spec, *holder->role_spec);
    }
  });
  return first;
}

/// What was granted to somebody who had nothing is taken away again. PUBLIC and owners have rights from the beginning.
void invertGrant(const PgQuery__GrantStmt& statement, const PgQuery__Node& node, WayBack& way) {
  const std::vector<Subject> subjects = subjectsOf(node, way.before);
  const bool plain = statement.is_grant != 0 && !subjects.empty() &&
                     statement.targtype == PG_QUERY__GRANT_TARGET_TYPE__ACL_TARGET_OBJECT;
  bool certain = plain;
  for (const auto* grantee : tree::nodes(statement.n_grantees, statement.grantees)) {
    const PgQuery__RoleSpec& role = *grantee->role_spec;
    certain = certain && role.roletype == PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_CSTRING;
    for (const Subject& subject : subjects) {
      const Relation* relation =
          subject.kind == Subject::Kind::Relation ? way.before.find(subject.schema, subject.name) : nullptr;
      certain = certain && relation != nullptr && relation->owner != role.rolename;
    }
  }
  for (const Subject& subject : subjects) certain = certain && isFirstGrant(statement, subject, way.definitions);
  if (!certain) return way.lose("Who had which rights before is not known.");
  auto* back = way.trees.copy(statement);
  back->is_grant = 0;
  back->grant_option = 0;
  back->behavior = PG_QUERY__DROP_BEHAVIOR__DROP_RESTRICT;
  way.run(way.trees.node(back));
}

}  // namespace

bool invertObjects(const PgQuery__Node& statement, WayBack& way) {
  switch (statement.node_case) {
    case PG_QUERY__NODE__NODE_COMMENT_STMT: invertComment(*statement.comment_stmt, statement, way); return true;
    case PG_QUERY__NODE__NODE_ALTER_SEQ_STMT: SequenceInverse(*statement.alter_seq_stmt, way).find(); return true;
    case PG_QUERY__NODE__NODE_ALTER_POLICY_STMT: invertPolicy(*statement.alter_policy_stmt, way); return true;
    case PG_QUERY__NODE__NODE_ALTER_OWNER_STMT: invertOwner(*statement.alter_owner_stmt, statement, way); return true;
    case PG_QUERY__NODE__NODE_GRANT_STMT: invertGrant(*statement.grant_stmt, statement, way); return true;
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
