#include "analysis/postgres/effects/expressions.h"

#include <pg_query.h>

#include <algorithm>
#include <array>
#include <set>

#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace {

namespace tree = db::postgres;

void sortUnique(std::vector<std::string>& items) {
  std::ranges::sort(items);
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

/// The string in `'x'` and `'x'::regclass`.
std::string literalOf(const PgQuery__Node& node) {
  if (node.node_case == PG_QUERY__NODE__NODE_TYPE_CAST && node.type_cast->arg != nullptr)
    return literalOf(*node.type_cast->arg);
  if (node.node_case == PG_QUERY__NODE__NODE_A_CONST && node.a_const->val_case == PG_QUERY__A__CONST__VAL_SVAL)
    return node.a_const->sval->sval;
  return {};
}

class Reader {
 public:
  explicit Reader(Simulation& simulation) : simulation_(simulation) {}

  ExpressionFacts read(const ProtobufCMessage& expression) {
    tree::walk(expression, [&](const ProtobufCMessage& message) {
      if (message.descriptor == &pg_query__column_ref__descriptor) {
        column(reinterpret_cast<const PgQuery__ColumnRef&>(message));
      } else if (message.descriptor == &pg_query__func_call__descriptor) {
        call(reinterpret_cast<const PgQuery__FuncCall&>(message));
      }
      return true;
    });
    sortUnique(facts_.columns);
    sortUnique(facts_.functions);
    return std::move(facts_);
  }

 private:
  void column(const PgQuery__ColumnRef& reference) {
    if (reference.n_fields == 0) return;
    const std::string name = tree::stringOf(reference.fields[reference.n_fields - 1]);
    if (!name.empty()) facts_.columns.push_back(name);
  }

  void call(const PgQuery__FuncCall& call) {
    const auto name = tree::qualified(tree::stringsOf(tree::nodes(call.n_funcname, call.funcname)));
    const bool mayBeBuiltIn = name.schema.empty() || name.schema == "pg_catalog";
    if (mayBeBuiltIn && isVolatileBuiltIn(name.name)) {
      facts_.isVolatile = true;
      if (name.name == "nextval" && call.n_args > 0) draw(literalOf(*call.args[0]));
      return;
    }
    if (const Routine* routine = simulation_.schema.routine(name.schema, name.name)) {
      facts_.functions.push_back(routine->schema + "." + routine->name);
      facts_.isVolatile = facts_.isVolatile || routine->volatility == 'v';
      return;
    }
    if (name.schema == "pg_catalog" || (simulation_.schema.complete && name.schema.empty())) return;
    if (!tree::isUnknownCall(call.base)) return;
    facts_.isVolatile = true;
    simulation_.unknown("Nothing is known of the function " + name.name + "; it is taken for volatile.");
  }

  void draw(const std::string& text) {
    if (text.empty()) return;
    const std::size_t dot = text.find('.');
    const Relation* sequence = dot == std::string::npos
                                   ? simulation_.find("", text, true)
                                   : simulation_.find(text.substr(0, dot), text.substr(dot + 1), true);
    if (sequence != nullptr) facts_.sequences.push_back(sequence->id);
  }

  Simulation& simulation_;
  ExpressionFacts facts_;
};

}  // namespace

bool isVolatileBuiltIn(std::string_view name) {
  static const std::set<std::string, std::less<>> names{
      "clock_timestamp", "currval",          "gen_random_uuid", "lastval",       "lo_create",
      "nextval",         "pg_advisory_lock", "pg_backend_pid",  "pg_notify",     "pg_sleep",
      "pg_sleep_for",    "pg_sleep_until",   "random",          "random_normal", "set_config",
      "setseed",         "setval",           "timeofday",       "uuidv4",        "uuidv7"};
  return names.contains(name);
}

ExpressionFacts factsOf(const ProtobufCMessage& expression, Simulation& simulation) {
  return Reader(simulation).read(expression);
}

std::string textOf(const PgQuery__Node& expression) {
  // SELECT expression, as the deparser takes whole statements only.
  PgQuery__ResTarget target = PG_QUERY__RES_TARGET__INIT;
  target.val = const_cast<PgQuery__Node*>(&expression);
  PgQuery__Node targetNode = PG_QUERY__NODE__INIT;
  targetNode.node_case = PG_QUERY__NODE__NODE_RES_TARGET;
  targetNode.res_target = &target;
  std::array<PgQuery__Node*, 1> targets{&targetNode};
  PgQuery__SelectStmt select = PG_QUERY__SELECT_STMT__INIT;
  select.n_target_list = 1;
  select.target_list = targets.data();
  select.limit_option = PG_QUERY__LIMIT_OPTION__LIMIT_OPTION_DEFAULT;
  select.op = PG_QUERY__SET_OPERATION__SETOP_NONE;
  PgQuery__Node statement = PG_QUERY__NODE__INIT;
  statement.node_case = PG_QUERY__NODE__NODE_SELECT_STMT;
  statement.select_stmt = &select;
  PgQuery__RawStmt raw = PG_QUERY__RAW_STMT__INIT;
  raw.stmt = &statement;
  std::array<PgQuery__RawStmt*, 1> statements{&raw};
  PgQuery__ParseResult result = PG_QUERY__PARSE_RESULT__INIT;
  result.n_stmts = 1;
  result.stmts = statements.data();
  std::string packed(pg_query__parse_result__get_packed_size(&result), '\0');
  pg_query__parse_result__pack(&result, reinterpret_cast<std::uint8_t*>(packed.data()));
  PgQueryProtobuf protobuf{};
  protobuf.len = packed.size();
  protobuf.data = packed.data();
  const PgQueryDeparseResult deparsed = pg_query_deparse_protobuf(protobuf);
  std::string text = deparsed.error == nullptr ? deparsed.query : "";
  pg_query_free_deparse_result(deparsed);
  constexpr std::string_view prefix = "SELECT ";
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

bool isNull(const PgQuery__Node& expression) {
  if (expression.node_case == PG_QUERY__NODE__NODE_TYPE_CAST && expression.type_cast->arg != nullptr)
    return isNull(*expression.type_cast->arg);
  return expression.node_case == PG_QUERY__NODE__NODE_A_CONST && expression.a_const->isnull != 0;
}

}  // namespace hotswap::analysis::postgres
