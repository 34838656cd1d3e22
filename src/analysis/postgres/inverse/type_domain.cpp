#include <algorithm>

#include "analysis/postgres/inverse/families.h"
#include "analysis/postgres/statement_effects.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

void invertEnum(const PgQuery__AlterEnumStmt& statement, WayBack& way) {
  if (*statement.old_val != '\0') {
    auto* back = way.trees.copy(statement);
    back->old_val = statement.new_val;
    back->new_val = statement.old_val;
    return way.run(way.trees.node(back));
  }
  const tree::QualifiedName name =
      tree::qualified(tree::stringsOf(tree::nodes(statement.n_type_name, statement.type_name)));
  const Type* type = way.before.type(name.schema, name.name);
  if (type != nullptr && std::ranges::find(type->labels, statement.new_val) != type->labels.end()) return;
  way.lose("The value " + std::string(statement.new_val) + " can't be taken out of the enum " + name.name + " again.");
}

/// A domain's constraint as it was made; nullptr where that isn't known.
const PgQuery__Constraint* domainConstraint(const Type& type, std::string_view name, const Definitions& definitions) {
  const PgQuery__Constraint* found = nullptr;
  const auto look = [&](const PgQuery__Node* node) {
    if (node != nullptr && node->node_case == PG_QUERY__NODE__NODE_CONSTRAINT && node->constraint->conname == name)
      found = node->constraint;
  };
  definitions.about({.kind = Subject::Kind::Type, .schema = type.schema, .name = type.name},
                    [&](const Definition& one) {
                      if (one.tree->node_case == PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT) {
                        const auto* made = one.tree->create_domain_stmt;
                        for (const auto* each : tree::nodes(made->n_constraints, made->constraints)) look(each);
                      }
                      if (one.tree->node_case == PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT)
                        look(one.tree->alter_domain_stmt->def);
                    });
  return found;
}

class DomainInverse {
 public:
  DomainInverse(const PgQuery__AlterDomainStmt& statement, WayBack& way) : statement_(statement), way_(way) {}

  void find() {
    const tree::QualifiedName name =
        tree::qualified(tree::stringsOf(tree::nodes(statement_.n_type_name, statement_.type_name)));
    before_ = way_.before.type(name.schema, name.name);
    after_ = way_.after.type(name.schema, name.name);
    if (before_ == nullptr || after_ == nullptr) return way_.missDefinition("the domain " + name.name);
    switch (*statement_.subtype) {
      case 'T': return setDefault();
      case 'N':
      case 'O': return setNull();
      case 'C': return added();
      case 'X': return dropped();
      case 'V': return validated();
      default: way_.lose("No way back is known.");
    }
  }

 private:
  void run(char subtype, std::string_view name = {}, PgQuery__Node* definition = nullptr) {
    auto* back = way_.trees.make(pg_query__alter_domain_stmt__init);
    back->subtype = way_.trees.text(std::string(1, subtype));
    back->n_type_name = statement_.n_type_name;
    back->type_name = statement_.type_name;
    back->name = way_.trees.text(name);
    back->def = definition;
    back->behavior = PG_QUERY__DROP_BEHAVIOR__DROP_RESTRICT;
    PgQuery__Node* node = way_.trees.node(back);
    // What is in arrays and rows can't be checked again.
    KnownSchema trial = way_.after;
    const Effects effects = apply(*node, trial);
    if (!effects.failure.empty()) return way_.lose("The domain can't be changed back: " + effects.failure + ".");
    way_.run(node);
  }

  void setDefault() {
    if (!before_->hasDefault) return run('T');
    PgQuery__Node* expression = nullptr;
    way_.definitions.about({.kind = Subject::Kind::Type, .schema = before_->schema, .name = before_->name},
                           [&](const Definition& one) {
                             if (one.tree->node_case == PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT) {
                               const auto* made = one.tree->create_domain_stmt;
                               for (const auto* each : tree::nodes(made->n_constraints, made->constraints)) {
                                 if (each->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT)
                                   expression = each->constraint->raw_expr;
                               }
                             }
                             if (one.tree->node_case == PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT &&
                                 *one.tree->alter_domain_stmt->subtype == 'T')
                               expression = one.tree->alter_domain_stmt->def;
                           });
    if (expression == nullptr) return way_.missDefinition("the default of the domain " + before_->name);
    run('T', {}, expression);
  }

  void setNull() {
    if (before_->notNull != after_->notNull) run(before_->notNull ? 'O' : 'N');
  }

  void added() {
    for (const Type::Check& check : after_->checks) {
      const bool old =
          std::ranges::any_of(before_->checks, [&](const Type::Check& each) { return each.name == check.name; });
      if (!old) run('X', check.name);
    }
  }

  void restore(const std::string& name, bool valid) {
    const PgQuery__Constraint* known = domainConstraint(*before_, name, way_.definitions);
    if (known == nullptr) return way_.missDefinition("the constraint " + name + " of the domain " + before_->name);
    auto* made = way_.trees.copy(*known);
    made->skip_validation = valid ? 0 : 1;
    made->initially_valid = valid ? 1 : 0;
    run('C', {}, way_.trees.node(made));
  }

  void dropped() {
    for (const Type::Check& check : before_->checks) {
      const bool there =
          std::ranges::any_of(after_->checks, [&](const Type::Check& each) { return each.name == check.name; });
      if (!there) restore(check.name, check.validated);
    }
  }

  void validated() {
    for (const Type::Check& check : before_->checks) {
      if (check.name != statement_.name || check.validated) continue;
      run('X', check.name);
      restore(check.name, false);
    }
  }

  const PgQuery__AlterDomainStmt& statement_;
  WayBack& way_;
  const Type* before_ = nullptr;
  const Type* after_ = nullptr;
};

/// ALTER TYPE … ADD, DROP, ALTER ATTRIBUTE.
void invertComposite(const PgQuery__AlterTableStmt& statement, WayBack& way) {
  const Type* type = way.before.type(statement.relation->schemaname, statement.relation->relname);
  const Relation* attributes = type == nullptr ? nullptr : way.before.find(type->relation);
  for (std::size_t i = statement.n_cmds; i-- > 0;) {
    const auto& command = *statement.cmds[i]->alter_table_cmd;
    PgQuery__AlterTableCmd* back = nullptr;
    switch (command.subtype) {
      case PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn:
        back = way.action(PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn, command.def->column_def->colname);
        break;
      case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType: {
        const Column* column = attributes == nullptr ? nullptr : attributes->column(command.name);
        auto* old = column == nullptr ? nullptr : way.trees.type(column->type);
        if (old == nullptr) return way.missDefinition("the attribute " + std::string(command.name));
        auto* definition = way.trees.make(pg_query__column_def__init);
        definition->type_name = old;
        back = way.action(command.subtype, command.name, way.trees.node(definition));
        break;
      }
      default: way.lose("What stands in the attribute " + std::string(command.name) + " is lost."); continue;
    }
    back->behavior = command.behavior;
    auto* again = way.trees.copy(statement);
    again->n_cmds = 1;
    again->cmds = way.trees.list({way.trees.node(back)});
    way.run(way.trees.node(again));
  }
}

}  // namespace

bool invertTypeDomain(const PgQuery__Node& statement, WayBack& way) {
  switch (statement.node_case) {
    case PG_QUERY__NODE__NODE_ALTER_ENUM_STMT: invertEnum(*statement.alter_enum_stmt, way); return true;
    case PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT: DomainInverse(*statement.alter_domain_stmt, way).find(); return true;
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
      if (statement.alter_table_stmt->objtype != PG_QUERY__OBJECT_TYPE__OBJECT_TYPE) return false;
      if (statement.alter_table_stmt->n_cmds == 1 &&
          statement.alter_table_stmt->cmds[0]->alter_table_cmd->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_ChangeOwner) {
        way.missDefinition("the owner of the type");
        return true;
      }
      invertComposite(*statement.alter_table_stmt, way);
      return true;
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
