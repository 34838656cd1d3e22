#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "analysis/postgres/known_schema.h"

namespace hotswap::analysis::postgres {

namespace {

std::string_view wordFor(RelationKind kind) {
  constexpr std::array<std::string_view, 9> words{"table",    "partitioned table", "index",    "partitioned index",
                                                  "view",     "materialized view", "sequence", "foreign table",
                                                  "composite"};
  return words.at(static_cast<std::size_t>(kind));
}

std::string_view wordFor(Constraint::Kind kind) {
  constexpr std::array<std::string_view, 5> words{"check", "primary key", "unique", "exclusion", "foreign key"};
  return words.at(static_cast<std::size_t>(kind));
}

/// Constants in bounds are written in many ways.
std::string_view wordFor(const std::string& bound) {
  return bound.empty() ? "" : bound == "DEFAULT" ? "by default" : "by values";
}

std::string wordsFor(const TypeUse& type) {
  return fmt::format("{}.{}({}){}", type.schema, type.name, type.modifier, type.array ? "[]" : "");
}

/// Writes one relation as lines that begin with its name.
class RelationText {
 public:
  RelationText(const KnownSchema& schema, const Relation& relation, std::vector<std::string>& lines)
      : schema_(schema), relation_(relation), lines_(lines), name_(nameOf(relation).text()) {}

  void write() {
    add("{} {} tablespace={} method={} replica={} rls={}{} populated={} of={} detaching={} options=[{}]",
        wordFor(relation_.kind), relation_.persistence, relation_.tablespace, relation_.accessMethod,
        relation_.replicaIdentity, relation_.rowSecurity, relation_.forceRowSecurity, relation_.populated,
        relation_.typedBy, relation_.detaching, options());
    for (const ObjectId parent : relation_.parents) add("child of {} {}", nameOf(parent), wordFor(relation_.bound));
    if (relation_.partitionBy != ' ')
      add("partition by {} {}", relation_.partitionBy, fmt::join(relation_.partitionKey, ","));
    std::size_t number = 0;
    for (const Column& column : relation_.columns) write(column, ++number);
    for (const Constraint& constraint : relation_.constraints) write(constraint);
    for (const Trigger& trigger : relation_.triggers) {
      add("trigger {} {} row={} inherited={} enabled={} of={} from={} events={}{}{}{}", trigger.name, trigger.function,
          trigger.perRow, trigger.inherited, trigger.enabled, fmt::join(trigger.columns, ","),
          nameOf(trigger.otherTable), trigger.onInsert, trigger.onUpdate, trigger.onDelete, trigger.onTruncate);
    }
    for (const Policy& policy : relation_.policies) {
      add("policy {} reads={} calls={}", policy.name, sources(policy.sources), fmt::join(policy.functions, ","));
    }
    for (const Rule& rule : relation_.rules)
      add("rule {} {} instead={} reads={}", rule.name, rule.event, rule.instead, sources(rule.sources));
    for (const std::string& each : relation_.publications) add("publication {}", each);
    for (const Statistics& each : relation_.statistics)
      add("statistics {} ({})", each.name, fmt::join(each.columns, ","));
    if (relation_.isIndex()) writeIndex(relation_.index);
    for (const Source& source : relation_.sources)
      add("reads {} ({})", nameOf(source.relation), fmt::join(source.columns, ","));
    for (const std::string& each : relation_.functions) add("calls {}", each);
    if (relation_.ownerTable != 0)
      add("owned by {}.{} identity={}", nameOf(relation_.ownerTable), relation_.ownerColumn,
          relation_.identitySequence);
  }

 private:
  template <class... Values>
  void add(fmt::format_string<Values...> format, Values&&... values) {
    lines_.push_back(name_ + ": " + fmt::format(format, std::forward<Values>(values)...));
  }

  void write(const Column& column, std::size_t number) {
    // What a view computes has a type that only the server can tell, and nothing depends on it.
    if (relation_.kind == RelationKind::View || relation_.kind == RelationKind::MaterializedView)
      return add("column {} {}", number, column.name);
    add("column {} {} {} collation={} notnull={} default={} generated={} identity={} local={} inherited={} storage={} "
        "from={} calls={} draws={}",
        number, column.name, wordsFor(column.type), column.collation, column.notNull, column.hasDefault,
        column.generated, column.identity, column.local, column.inherited, column.storage,
        fmt::join(column.computedFrom, ","), fmt::join(column.functions, ","), names(column.sequences));
  }

  void write(const Constraint& constraint) {
    add("constraint {} {} ({}) validated={} deferrable={} noinherit={} local={} inherited={} index={} to={}({}) {}{} "
        "calls={}",
        constraint.name, wordFor(constraint.kind), fmt::join(constraint.columns, ","), constraint.validated,
        constraint.deferrable, constraint.noInherit, constraint.local, constraint.inherited, nameOf(constraint.index),
        nameOf(constraint.referenced), fmt::join(constraint.referencedColumns, ","), constraint.onDelete,
        constraint.onUpdate, fmt::join(constraint.functions, ","));
  }

  void writeIndex(const IndexShape& index) {
    add("index on {} ({}) include=({}) reads=({}) expressions={} partial={} unique={} primary={} valid={} "
        "clustered={} replica={} {}",
        nameOf(index.table), fmt::join(index.keys, ","), fmt::join(index.included, ","), fmt::join(index.reads, ","),
        index.expressions, index.partial, index.unique, index.primary, index.valid, index.clustered,
        index.replicaIdentity, index.method);
  }

  [[nodiscard]] std::string nameOf(ObjectId id) const {
    const Relation* found = id == 0 ? nullptr : schema_.find(id);
    return found == nullptr ? (id == 0 ? "" : "?") : postgres::nameOf(*found).text();
  }
  [[nodiscard]] static RelationName nameOf(const Relation& relation) { return postgres::nameOf(relation); }

  [[nodiscard]] std::string names(const std::vector<ObjectId>& ids) const {
    std::vector<std::string> texts;
    for (const ObjectId id : ids) texts.push_back(nameOf(id));
    std::ranges::sort(texts);
    return fmt::format("{}", fmt::join(texts, ","));
  }

  [[nodiscard]] std::string sources(const std::vector<Source>& all) const {
    std::vector<std::string> texts;
    for (const Source& source : all)
      texts.push_back(fmt::format("{}({})", nameOf(source.relation), fmt::join(source.columns, ",")));
    std::ranges::sort(texts);
    return fmt::format("{}", fmt::join(texts, " "));
  }

  [[nodiscard]] std::string options() const {
    std::string text;
    for (const auto& [key, value] : relation_.options) text += (text.empty() ? "" : ",") + key + "=" + value;
    return text;
  }

  const KnownSchema& schema_;
  const Relation& relation_;
  std::vector<std::string>& lines_;
  std::string name_;
};

}  // namespace

std::string KnownSchema::text() const {
  std::vector<std::string> lines;
  for (const auto& [id, relation] : relations_) RelationText(*this, *relation, lines).write();
  for (const auto& [name, type] : types_) {
    std::string checks;
    for (const Type::Check& check : type.checks) checks += fmt::format(" {}:{}", check.name, check.validated);
    lines.push_back(fmt::format("{}.{}: type {} over {} notnull={} default={} checks={} labels={}", type.schema,
                                type.name, static_cast<int>(type.kind), wordsFor(type.base), type.notNull,
                                type.hasDefault, checks, fmt::join(type.labels, ",")));
  }
  for (const auto& [name, routine] : routines_) {
    lines.push_back(
        fmt::format("{}.{}: routine {} {}", routine.schema, routine.name, routine.overloads, routine.volatility));
  }
  for (const auto& [name, own] : schemas) lines.push_back(name + ": schema");
  for (const auto& [name, own] : extensions) lines.push_back(name + ": extension");
  std::ranges::sort(lines);
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

}  // namespace hotswap::analysis::postgres
