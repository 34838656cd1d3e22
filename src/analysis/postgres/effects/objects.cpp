#include <algorithm>

#include "analysis/postgres/effects/expressions.h"
#include "analysis/postgres/effects/families.h"
#include "analysis/postgres/effects/names.h"
#include "analysis/postgres/effects/queries.h"
#include "db/postgres/parse_tree.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

using Object = PgQuery__ObjectType;
constexpr LockMode maintaining = LockMode::ShareUpdateExclusive;

void comment(const PgQuery__CommentStmt& statement, Simulation& simulation) {
  if (statement.object == nullptr) return;
  std::vector<std::string> parts = tree::stringsOf(statement.object);
  LockMode mode = maintaining;
  switch (statement.objtype) {
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_POLICY:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_RULE: mode = LockMode::AccessShare; [[fallthrough]];
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
      if (!parts.empty()) parts.pop_back();
      break;
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
    case Object::PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE: break;
    default: return;
  }
  const auto name = tree::qualified(parts);
  if (const Relation* relation = simulation.find(name.schema, name.name)) simulation.lock(*relation, mode);
}

/// ALTER … DEPENDS ON EXTENSION.
void depends(const PgQuery__AlterObjectDependsStmt& statement, Simulation& simulation) {
  if (statement.relation == nullptr) return;
  const Relation* relation = simulation.find(*statement.relation);
  if (relation == nullptr) return;
  const bool isTrigger = statement.object_type == Object::PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER;
  simulation.lock(*relation, isTrigger ? LockMode::AccessShare : LockMode::AccessExclusive);
}

void createStatistics(const PgQuery__CreateStatsStmt& statement, Simulation& simulation) {
  if (statement.n_relations == 0 || statement.relations[0]->node_case != PG_QUERY__NODE__NODE_RANGE_VAR) return;
  const Relation* table = simulation.find(*statement.relations[0]->range_var);
  if (table == nullptr) return;
  const ObjectId id = table->id;
  simulation.lock(id, maintaining);
  const auto name = tree::qualified(tree::stringsOf(tree::nodes(statement.n_defnames, statement.defnames)));
  const std::string full = (name.schema.empty() ? simulation.creationSchema() : name.schema) + "." + name.name;
  if (std::ranges::find(table->statistics, full, &Statistics::name) != table->statistics.end()) {
    if (statement.if_not_exists == 0) simulation.fail("statistics object \"" + name.name + "\" already exists");
    return;
  }
  Statistics made;
  made.name = full;
  for (const auto* node : tree::nodes(statement.n_exprs, statement.exprs)) {
    if (node->node_case == PG_QUERY__NODE__NODE_STATS_ELEM && *node->stats_elem->name != '\0')
      made.columns.emplace_back(node->stats_elem->name);
  }
  std::ranges::sort(made.columns);
  simulation.edit(id, [&](Relation& relation) { relation.statistics.push_back(made); });
}

void publish(const std::string& publication, tree::Nodes objects, bool removes, Simulation& simulation) {
  for (const auto* node : objects) {
    const auto* named = node->publication_obj_spec->pubtable;
    if (named == nullptr || named->relation == nullptr) continue;
    const Relation* table = simulation.find(*named->relation);
    if (table == nullptr) continue;
    const ObjectId id = table->id;
    simulation.lock(id, maintaining);
    simulation.edit(id, [&](Relation& relation) {
      std::erase(relation.publications, publication);
      if (!removes) relation.publications.push_back(publication);
      std::ranges::sort(relation.publications);
    });
  }
}

void alterPublication(const PgQuery__AlterPublicationStmt& statement, Simulation& simulation) {
  const auto objects = tree::nodes(statement.n_pubobjects, statement.pubobjects);
  const std::string name = statement.pubname;
  if (objects.empty()) return;
  if (statement.action == PG_QUERY__ALTER_PUBLICATION_ACTION__AP_SetObjects) {
    std::vector<ObjectId> published;
    simulation.schema.forEach([&](const Relation& relation) {
      if (std::ranges::find(relation.publications, name) != relation.publications.end())
        published.push_back(relation.id);
    });
    for (const ObjectId id : published) {
      simulation.lock(id, maintaining);
      simulation.edit(id, [&](Relation& relation) { std::erase(relation.publications, name); });
    }
  }
  publish(name, objects, statement.action == PG_QUERY__ALTER_PUBLICATION_ACTION__AP_DropObjects, simulation);
}

/// The body of a function in SQL is looked through when the function is made.
void lookIntoBody(const PgQuery__CreateFunctionStmt& statement, Simulation& simulation) {
  const auto options = tree::nodes(statement.n_options, statement.options);
  if (statement.sql_body != nullptr) lookUpSubqueries(statement.sql_body->base, simulation);
  const auto* language = tree::option(options, "language");
  const auto* body = tree::option(options, "as");
  if (language == nullptr || body == nullptr || toLower(tree::stringOf(language->arg)) != "sql") return;
  const std::vector<std::string> texts = tree::stringsOf(body->arg);
  if (texts.empty()) return;
  const tree::ParseTree parsed = tree::parseTree(texts.front());
  if (!parsed) return;
  for (std::size_t i = 0; i < parsed->n_stmts; ++i) {
    if (parsed->stmts[i]->stmt != nullptr) runQuery(*parsed->stmts[i]->stmt, QueryUse::Define, simulation);
  }
}

char volatilityOf(tree::Nodes options, char otherwise) {
  const auto* option = tree::option(options, "volatility");
  if (option == nullptr) return otherwise;
  const std::string word = toLower(tree::stringOf(option->arg));
  return word == "immutable" ? 'i' : word == "stable" ? 's' : 'v';
}

void createFunction(const PgQuery__CreateFunctionStmt& statement, Simulation& simulation) {
  lookIntoBody(statement, simulation);
  const auto name = tree::qualified(tree::stringsOf(tree::nodes(statement.n_funcname, statement.funcname)));
  Routine routine;
  routine.schema = name.schema.empty() ? simulation.creationSchema() : name.schema;
  routine.name = name.name;
  routine.volatility = volatilityOf(tree::nodes(statement.n_options, statement.options), 'v');
  if (const Routine* existing = simulation.schema.routine(routine.schema, routine.name)) {
    // Of several with one name the most volatile counts; whether this one replaces one of them shows in the arguments.
    if (statement.replace == 0 || existing->overloads > 1) {
      routine.overloads = existing->overloads + (statement.replace == 0 ? 1 : 0);
      routine.volatility = std::max(routine.volatility, existing->volatility);
    }
  }
  simulation.schema.put(std::move(routine));
}

void alterFunction(const PgQuery__AlterFunctionStmt& statement, Simulation& simulation) {
  const auto* function = statement.func;
  const auto name = tree::qualified(tree::stringsOf(tree::nodes(function->n_objname, function->objname)));
  const Routine* found = simulation.schema.routine(name.schema, name.name);
  if (found == nullptr || found->overloads > 1) return;
  Routine routine = *found;
  routine.volatility = volatilityOf(tree::nodes(statement.n_actions, statement.actions), routine.volatility);
  simulation.schema.put(std::move(routine));
}

void define(const PgQuery__DefineStmt& statement, Simulation& simulation) {
  const auto name = tree::qualified(tree::stringsOf(tree::nodes(statement.n_defnames, statement.defnames)));
  const std::string schemaName = name.schema.empty() ? simulation.creationSchema() : name.schema;
  if (statement.kind == Object::PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE) {
    simulation.schema.put(Routine{.schema = schemaName, .name = name.name, .volatility = 'i'});
  } else if (statement.kind == Object::PG_QUERY__OBJECT_TYPE__OBJECT_TYPE && statement.n_definition > 0) {
    Type type;
    type.schema = schemaName;
    type.name = name.name;
    simulation.schema.put(std::move(type));
  }
}

void set(const PgQuery__VariableSetStmt& statement, Simulation& simulation) {
  const std::string name = toLower(std::string_view(statement.name));
  std::vector<std::string> values;
  for (const auto* node : tree::nodes(statement.n_args, statement.args)) {
    if (node->node_case == PG_QUERY__NODE__NODE_A_CONST && node->a_const->val_case == PG_QUERY__A__CONST__VAL_SVAL)
      values.emplace_back(node->a_const->sval->sval);
  }
  if (values.empty()) return;
  if (name == "timezone") simulation.schema.timeZone = values.front();
  if (name != "search_path") return;
  std::vector<std::string>& path = simulation.schema.searchPath;
  path.clear();
  for (const std::string& each : values) {
    const bool there = !simulation.schema.complete || simulation.schema.schemas.contains(each);
    if (there) path.push_back(each);
  }
}

void createSchema(const PgQuery__CreateSchemaStmt& statement, Simulation& simulation);

}  // namespace

bool playObjects(const PgQuery__Node& node, Simulation& simulation) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_COMMENT_STMT: comment(*node.comment_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_DEPENDS_STMT:
      depends(*node.alter_object_depends_stmt, simulation);
      return true;
    case PG_QUERY__NODE__NODE_CREATE_STATS_STMT: createStatistics(*node.create_stats_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT:
      publish(node.create_publication_stmt->pubname,
              tree::nodes(node.create_publication_stmt->n_pubobjects, node.create_publication_stmt->pubobjects), false,
              simulation);
      return true;
    case PG_QUERY__NODE__NODE_ALTER_PUBLICATION_STMT:
      alterPublication(*node.alter_publication_stmt, simulation);
      return true;
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT: createFunction(*node.create_function_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_ALTER_FUNCTION_STMT: alterFunction(*node.alter_function_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_DEFINE_STMT: define(*node.define_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT: set(*node.variable_set_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT: createSchema(*node.create_schema_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_CREATE_EXTENSION_STMT: {
      const auto& statement = *node.create_extension_stmt;
      if (simulation.schema.extensions.emplace(statement.extname, true).second)
        simulation.unknown("What the extension " + std::string(statement.extname) + " brings is not known.");
      return true;
    }
    case PG_QUERY__NODE__NODE_ALTER_EXTENSION_STMT:
      simulation.unknown("What the extension's update changes is not known.");
      return true;
    case PG_QUERY__NODE__NODE_CREATEDB_STMT:
    case PG_QUERY__NODE__NODE_DROPDB_STMT:
    case PG_QUERY__NODE__NODE_CREATE_TABLE_SPACE_STMT:
    case PG_QUERY__NODE__NODE_DROP_TABLE_SPACE_STMT:
    case PG_QUERY__NODE__NODE_ALTER_SYSTEM_STMT: simulation.notTransactional(); return true;
    default: return false;
  }
}

namespace {

/// The elements are made in the new schema; names without a schema mean it first.
void createSchema(const PgQuery__CreateSchemaStmt& statement, Simulation& simulation) {
  const std::string name = statement.schemaname;
  if (simulation.schema.schemas.contains(name)) {
    if (statement.if_not_exists == 0) simulation.fail("schema \"" + name + "\" already exists");
    return;
  }
  simulation.schema.schemas[name] = true;
  const std::vector<std::string> before = simulation.schema.searchPath;
  simulation.schema.searchPath.insert(simulation.schema.searchPath.begin(), name);
  for (const auto* element : tree::nodes(statement.n_schema_elts, statement.schema_elts)) playAny(*element, simulation);
  simulation.schema.searchPath = before;
}

}  // namespace

}  // namespace hotswap::analysis::postgres
