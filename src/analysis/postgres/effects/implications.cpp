#include "analysis/postgres/effects/implications.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>

#include "db/postgres/parse_tree.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace {

namespace tree = db::postgres;

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
std::int64_t daysFrom(int year, int month, int day) {
  const int shifted = month <= 2 ? year - 1 : year;
  const int era = (shifted >= 0 ? shifted : shifted - 399) / 400;
  const int ofEra = shifted - era * 400;
  const int ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return static_cast<std::int64_t>(era) * 146097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719468;
}

/// A constant: as a number where it is one or a moment, which can be ordered; else as text, which can only be equal.
struct Constant {
  std::string text;
  std::optional<double> number;
};

/// `2022-01-01`, `2022-01-01 12:00:00.5+02`: seconds, those with a zone since 1970 in UTC.
std::optional<double> momentOf(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0;
  double second = 0;
  int used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3) return std::nullopt;
  const char* rest = text.c_str() + used;
  int more = 0;
  if (std::sscanf(rest, "%*[ T]%2d:%2d%n", &hour, &minute, &more) == 2) rest += more;
  more = 0;
  if (std::sscanf(rest, ":%lf%n", &second, &more) == 1) rest += more;
  double zone = 0;
  if (*rest == '+' || *rest == '-') {
    int zoneHours = 0, zoneMinutes = 0;
    if (std::sscanf(rest + 1, "%2d:%2d", &zoneHours, &zoneMinutes) < 1) return std::nullopt;
    zone = (*rest == '-' ? -1 : 1) * (zoneHours * 3600.0 + zoneMinutes * 60.0);
  } else if (*rest != '\0') {
    return std::nullopt;
  }
  return static_cast<double>(daysFrom(year, month, day)) * 86400 + hour * 3600 + minute * 60 + second - zone;
}

Constant constantOf(std::string text) {
  Constant constant;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) {
    constant.number = number;
  } else {
    constant.number = momentOf(text);
  }
  constant.text = std::move(text);
  return constant;
}

struct Condition {
  enum class Kind { And, Or, Compare, IsNull, IsNotNull, Other } kind = Kind::Other;
  std::vector<Condition> parts;
  std::string column;
  std::string operation;  ///< `<`, `<=`, `=`, `>=`, `>`
  Constant constant;
};

std::string_view mirrored(std::string_view operation) {
  if (operation == "<") return ">";
  if (operation == "<=") return ">=";
  if (operation == ">") return "<";
  if (operation == ">=") return "<=";
  return operation;
}

/// The column in `a`, `t.a`, `(a)::text`.
std::string columnOf(const PgQuery__Node& node) {
  if (node.node_case == PG_QUERY__NODE__NODE_TYPE_CAST && node.type_cast->arg != nullptr)
    return columnOf(*node.type_cast->arg);
  if (node.node_case != PG_QUERY__NODE__NODE_COLUMN_REF || node.column_ref->n_fields == 0) return {};
  return tree::stringOf(node.column_ref->fields[node.column_ref->n_fields - 1]);
}

std::optional<Constant> constantOf(const PgQuery__Node& node) {
  if (node.node_case == PG_QUERY__NODE__NODE_TYPE_CAST && node.type_cast->arg != nullptr)
    return constantOf(*node.type_cast->arg);
  if (node.node_case != PG_QUERY__NODE__NODE_A_CONST) return std::nullopt;
  switch (node.a_const->val_case) {
    case PG_QUERY__A__CONST__VAL_IVAL:
      return constantOf(std::to_string(node.a_const->ival == nullptr ? 0 : node.a_const->ival->ival));
    case PG_QUERY__A__CONST__VAL_FVAL: return constantOf(std::string(node.a_const->fval->fval));
    case PG_QUERY__A__CONST__VAL_SVAL: return constantOf(std::string(node.a_const->sval->sval));
    case PG_QUERY__A__CONST__VAL_BOOLVAL:
      return constantOf(
          std::string(node.a_const->boolval != nullptr && node.a_const->boolval->boolval != 0 ? "t" : "f"));
    default: return std::nullopt;
  }
}

Condition compare(const PgQuery__Node& left, std::string_view operation, const PgQuery__Node& right) {
  Condition condition;
  condition.column = columnOf(left);
  auto constant = constantOf(right);
  if (condition.column.empty()) {
    condition.column = columnOf(right);
    constant = constantOf(left);
    operation = mirrored(operation);
  }
  if (condition.column.empty() || !constant) return {};
  condition.kind = Condition::Kind::Compare;
  condition.operation = operation;
  condition.constant = std::move(*constant);
  return condition;
}

/// The items of `(a, b)`, `ARRAY[a, b]`, with a cast of the whole.
tree::Nodes itemsOf(const PgQuery__Node& node) {
  if (node.node_case == PG_QUERY__NODE__NODE_TYPE_CAST && node.type_cast->arg != nullptr)
    return itemsOf(*node.type_cast->arg);
  if (node.node_case == PG_QUERY__NODE__NODE_LIST) return tree::nodes(node.list->n_items, node.list->items);
  if (node.node_case == PG_QUERY__NODE__NODE_A_ARRAY_EXPR)
    return tree::nodes(node.a_array_expr->n_elements, node.a_array_expr->elements);
  return {};
}

Condition conditionOf(const PgQuery__Node& node);

Condition comparison(const PgQuery__AExpr& expression) {
  if (expression.lexpr == nullptr || expression.rexpr == nullptr) return {};
  const std::string operation = tree::qualified(tree::stringsOf(tree::nodes(expression.n_name, expression.name))).name;
  if (expression.kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP)
    return compare(*expression.lexpr, operation, *expression.rexpr);
  if (expression.kind == PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN) {
    const tree::Nodes ends = itemsOf(*expression.rexpr);
    Condition both;
    both.kind = Condition::Kind::And;
    if (ends.size() == 2)
      both.parts = {compare(*expression.lexpr, ">=", *ends[0]), compare(*expression.lexpr, "<=", *ends[1])};
    return both;
  }
  const bool isIn = (expression.kind == PG_QUERY__A__EXPR__KIND__AEXPR_IN ||
                     expression.kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP_ANY) &&
                    operation == "=";
  if (!isIn) return {};
  Condition any;
  any.kind = Condition::Kind::Or;
  for (const auto* item : itemsOf(*expression.rexpr)) any.parts.push_back(compare(*expression.lexpr, "=", *item));
  return any.parts.empty() ? Condition{} : any;
}

Condition nullTest(const PgQuery__NullTest& test, bool negated) {
  Condition condition;
  condition.column = test.arg == nullptr ? "" : columnOf(*test.arg);
  if (condition.column.empty()) return {};
  const bool isNull = (test.nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NULL) != negated;
  condition.kind = isNull ? Condition::Kind::IsNull : Condition::Kind::IsNotNull;
  return condition;
}

Condition conditionOf(const PgQuery__Node& node) {
  if (node.node_case == PG_QUERY__NODE__NODE_A_EXPR) return comparison(*node.a_expr);
  if (node.node_case == PG_QUERY__NODE__NODE_NULL_TEST) return nullTest(*node.null_test, false);
  if (node.node_case != PG_QUERY__NODE__NODE_BOOL_EXPR) return {};
  const PgQuery__BoolExpr& expression = *node.bool_expr;
  if (expression.boolop == PG_QUERY__BOOL_EXPR_TYPE__NOT_EXPR) {
    const PgQuery__Node& inner = *expression.args[0];
    return inner.node_case == PG_QUERY__NODE__NODE_NULL_TEST ? nullTest(*inner.null_test, true) : Condition{};
  }
  Condition condition;
  condition.kind = expression.boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR ? Condition::Kind::And : Condition::Kind::Or;
  for (const auto* part : tree::nodes(expression.n_args, expression.args))
    condition.parts.push_back(conditionOf(*part));
  return condition;
}

Condition parsed(const std::string& text) {
  Condition condition;
  if (text.empty()) return condition;
  const tree::ParseTree tree = tree::parseTree("SELECT " + text);
  if (!tree || tree->n_stmts != 1 || tree->stmts[0]->stmt->node_case != PG_QUERY__NODE__NODE_SELECT_STMT)
    return condition;
  const auto* select = tree->stmts[0]->stmt->select_stmt;
  if (select->n_target_list != 1) return condition;
  return conditionOf(*select->target_list[0]->res_target->val);
}

/// Whether `x has other constant` follows from `x given constant`, both comparisons of one column.
bool comparesTighter(const Condition& given, const Condition& needed) {
  if (given.constant.text == needed.constant.text && given.operation == needed.operation) return true;
  if (!given.constant.number || !needed.constant.number) {
    return given.constant.text == needed.constant.text &&
           ((given.operation == "=" && (needed.operation == "<=" || needed.operation == ">=")) ||
            (given.operation == "<" && needed.operation == "<=") ||
            (given.operation == ">" && needed.operation == ">="));
  }
  const double have = *given.constant.number;
  const double want = *needed.constant.number;
  const std::string& from = given.operation;
  if (needed.operation == "=") return from == "=" && have == want;
  if (needed.operation == ">=") return (from == "=" || from == ">=" || from == ">") && have >= want;
  if (needed.operation == "<=") return (from == "=" || from == "<=" || from == "<") && have <= want;
  if (needed.operation == ">") return (from == ">" && have >= want) || ((from == "=" || from == ">=") && have > want);
  if (needed.operation == "<") return (from == "<" && have <= want) || ((from == "=" || from == "<=") && have < want);
  return false;
}

/// The structure is that of the server's predicate_implied_by_recurse.
bool implied(const Condition& given, const Condition& needed) {
  using Kind = Condition::Kind;
  if (needed.kind == Kind::And)
    return std::ranges::all_of(needed.parts, [&](const Condition& part) { return implied(given, part); });
  if (given.kind == Kind::Or)
    return std::ranges::all_of(given.parts, [&](const Condition& part) { return implied(part, needed); });
  if (needed.kind == Kind::Or &&
      std::ranges::any_of(needed.parts, [&](const Condition& part) { return implied(given, part); }))
    return true;
  if (given.kind == Kind::And)
    return std::ranges::any_of(given.parts, [&](const Condition& part) { return implied(part, needed); });
  if (given.column != needed.column || given.column.empty() || given.kind != needed.kind) return false;
  if (needed.kind == Kind::IsNull || needed.kind == Kind::IsNotNull) return true;
  return needed.kind == Kind::Compare && comparesTighter(given, needed);
}

/// Values of `FROM (…) TO (…)`, MINVALUE and MAXVALUE as empty texts.
struct Bound {
  std::vector<std::string> values;  ///< of a list
  std::vector<std::string> from, to;
  bool readable = false;
};

Bound boundOf(const std::string& text) {
  Bound bound;
  const tree::ParseTree tree = tree::parseTree("ALTER TABLE t ATTACH PARTITION p " + text);
  if (!tree) return bound;
  const auto* spec = tree->stmts[0]->stmt->alter_table_stmt->cmds[0]->alter_table_cmd->def->partition_cmd->bound;
  const auto sqlOf = [](const PgQuery__Node& node) {
    const auto constant = constantOf(node);
    if (!constant) return std::string();
    std::string quoted = "'";
    for (const char c : constant->text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
    return quoted + "'";
  };
  const auto isEnd = [](const PgQuery__Node& node) {
    if (node.node_case != PG_QUERY__NODE__NODE_COLUMN_REF) return false;
    const std::string name = columnOf(node);
    return name == "minvalue" || name == "maxvalue";
  };
  bound.readable = true;
  const auto read = [&](tree::Nodes nodes, std::vector<std::string>& into) {
    for (const auto* node : nodes) {
      into.push_back(isEnd(*node) ? std::string() : sqlOf(*node));
      if (!isEnd(*node) && into.back().empty()) bound.readable = false;
    }
  };
  read(tree::nodes(spec->n_listdatums, spec->listdatums), bound.values);
  read(tree::nodes(spec->n_lowerdatums, spec->lowerdatums), bound.from);
  read(tree::nodes(spec->n_upperdatums, spec->upperdatums), bound.to);
  return bound;
}

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

bool isSimple(const Bound& bound, char partitionBy, const std::vector<std::string>& key) {
  return bound.readable && (partitionBy == 'r' || partitionBy == 'l') && key.size() == 1 && !key[0].empty();
}

std::string listOf(const std::vector<std::string>& values) {
  std::string list;
  for (const std::string& value : values) list += (list.empty() ? "" : ", ") + value;
  return list;
}

}  // namespace

bool impliesNotNull(const std::string& condition, const std::string& column) {
  Condition needed;
  needed.kind = Condition::Kind::IsNotNull;
  needed.column = column;
  return implied(parsed(condition), needed);
}

bool implies(const std::vector<std::string>& conditions, const std::vector<std::string>& notNull,
             const std::string& needed) {
  const Condition wanted = parsed(needed);
  if (wanted.kind == Condition::Kind::Other) return false;
  Condition given;
  given.kind = Condition::Kind::And;
  for (const std::string& each : conditions) given.parts.push_back(parsed(each));
  for (const std::string& column : notNull) {
    Condition& set = given.parts.emplace_back();
    set.kind = Condition::Kind::IsNotNull;
    set.column = column;
  }
  return implied(given, wanted);
}

std::string conditionOf(const std::string& text, char partitionBy, const std::vector<std::string>& key) {
  const Bound bound = boundOf(text);
  if (!isSimple(bound, partitionBy, key)) return {};
  const std::string column = quoted(key[0]);
  std::string condition = column + " IS NOT NULL";
  if (partitionBy == 'l')
    return bound.values.empty() ? "" : condition + " AND " + column + " IN (" + listOf(bound.values) + ")";
  if (bound.from.size() != 1 || bound.to.size() != 1) return {};
  if (!bound.from[0].empty()) condition += " AND " + column + " >= " + bound.from[0];
  if (!bound.to[0].empty()) condition += " AND " + column + " < " + bound.to[0];
  return condition;
}

std::string negationOf(const std::string& text, char partitionBy, const std::vector<std::string>& key) {
  const Bound bound = boundOf(text);
  if (!isSimple(bound, partitionBy, key) || partitionBy != 'r' || bound.from.size() != 1 || bound.to.size() != 1)
    return {};
  const std::string column = quoted(key[0]);
  std::string condition = column + " IS NULL";
  if (!bound.from[0].empty()) condition += " OR " + column + " < " + bound.from[0];
  if (!bound.to[0].empty()) condition += " OR " + column + " >= " + bound.to[0];
  return condition;
}

}  // namespace hotswap::analysis::postgres
