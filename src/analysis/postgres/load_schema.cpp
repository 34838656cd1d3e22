#include "analysis/postgres/load_schema.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analysis/postgres/possible_names.h"
#include "analysis/postgres/schema_queries.h"
#include "db/postgres/array_text.h"
#include "db/postgres/pinned_settings.h"

namespace hotswap::analysis::postgres {

namespace {

using db::Rows;
namespace queries = schema_queries;

/// The elements of an array as the server writes it, `{a,"b c",NULL}`; NULL is left out.
std::vector<std::string> elementsOf(std::string_view text) {
  std::vector<std::string> elements;
  if (text.size() < 2) return elements;
  text = text.substr(1, text.size() - 2);
  std::string element;
  bool quoted = false;
  bool inside = false;
  const auto end = [&] {
    if (quoted || element != "NULL") elements.push_back(std::move(element));
    element.clear();
    quoted = false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      element += text[++i];
    } else if (text[i] == '"') {
      inside = !inside;
      quoted = true;
    } else if (text[i] == ',' && !inside) {
      end();
    } else {
      element += text[i];
    }
  }
  if (!text.empty()) end();
  return elements;
}

/// The numbers in `{1,2}` or `1 2`.
std::vector<std::int64_t> numbersIn(std::string_view text) {
  std::vector<std::int64_t> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    std::int64_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error == std::errc()) numbers.push_back(number);
    at = error == std::errc() ? next : at + 1;
  }
  return numbers;
}

char letter(const Rows& rows, std::size_t row, std::size_t column) {
  const std::string text = rows.text(row, column);
  return text.empty() ? ' ' : text.front();
}

RelationKind kindOf(char relkind) {
  switch (relkind) {
    case 'p': return RelationKind::PartitionedTable;
    case 'i': return RelationKind::Index;
    case 'I': return RelationKind::PartitionedIndex;
    case 'v': return RelationKind::View;
    case 'm': return RelationKind::MaterializedView;
    case 'S': return RelationKind::Sequence;
    case 'f': return RelationKind::ForeignTable;
    case 'c': return RelationKind::CompositeType;
    default: return RelationKind::Table;
  }
}

Constraint::Kind constraintKindOf(char contype) {
  switch (contype) {
    case 'p': return Constraint::Kind::PrimaryKey;
    case 'u': return Constraint::Kind::Unique;
    case 'x': return Constraint::Kind::Exclusion;
    case 'f': return Constraint::Kind::ForeignKey;
    default: return Constraint::Kind::Check;
  }
}

Type::Kind typeKindOf(char typtype) {
  switch (typtype) {
    case 'd': return Type::Kind::Domain;
    case 'e': return Type::Kind::Enum;
    case 'c': return Type::Kind::Composite;
    case 'r': return Type::Kind::Range;
    default: return Type::Kind::Other;
  }
}

/// Gathers relations by oid until all their parts are read.
class Loader {
 public:
  /// `names`: of tables whose checks are read in full; nothing: those of all.
  Loader(db::Session& session, std::optional<std::set<std::string>> names)
      : session_(session), names_(std::move(names)) {}

  KnownSchema load() {
    KnownSchema schema;
    schema.serverVersion = session_.serverVersion();
    schema.complete = true;
    const Rows settings =
        session_.query("select current_setting('TimeZone'), current_schemas(false)::text, current_user");
    schema.timeZone = settings.text(0, 0);
    schema.searchPath = elementsOf(settings.text(0, 1));
    schema.user = settings.text(0, 2);
    const bool isOutside = !session_.inTransaction();
    db::postgres::PinnedSettings pinned(session_);
    pinned_ = &pinned;
    loadRelations();
    loadColumns();
    loadDefaults();
    loadConstraints();
    loadIndexes();
    loadInheritance();
    loadTriggers();
    loadPoliciesAndRules();
    loadViews();
    loadSequences();
    loadStatistics();
    loadPublications();
    loadTypes(schema);
    loadNames(schema);
    if (isOutside) loadLastValues();
    pinned.release();
    for (auto& [id, relation] : relations_) schema.put(std::move(relation));
    return schema;
  }

 private:
  Rows read(const char* query, std::span<const db::Value> parameters = {}) {
    return pinned_->read(std::string(queries::userSchemas) + query, parameters);
  }

  Relation* at(const Rows& rows, std::size_t row) {
    const auto found = relations_.find(rows.integer(row, 0));
    return found == relations_.end() ? nullptr : &found->second;
  }

  [[nodiscard]] std::string columnName(ObjectId table, std::int64_t number) const {
    const auto found = columnNames_.find(table);
    if (found == columnNames_.end() || number < 1) return {};
    const auto& names = found->second;
    return static_cast<std::size_t>(number) < names.size() ? names[static_cast<std::size_t>(number)] : std::string();
  }
  [[nodiscard]] std::vector<std::string> columnNames(ObjectId table, std::string_view numbers) const {
    std::vector<std::string> names;
    for (const std::int64_t number : numbersIn(numbers)) names.push_back(columnName(table, number));
    return names;
  }

  void loadRelations();
  void loadColumns();
  void loadDefaults();
  void loadConstraints();
  void loadIndexes();
  void loadInheritance();
  void loadTriggers();
  void loadPoliciesAndRules();
  void loadViews();
  void loadSequences();
  void loadLastValues();
  void loadStatistics();
  void loadPublications();
  void loadTypes(KnownSchema& schema);
  void loadNames(KnownSchema& schema);

  db::Session& session_;
  std::optional<std::set<std::string>> names_;
  db::postgres::PinnedSettings* pinned_ = nullptr;
  std::unordered_map<ObjectId, Relation> relations_;
  std::unordered_map<ObjectId, std::vector<std::string>> columnNames_;  ///< by number, the first is number 1
  std::unordered_map<ObjectId, std::string> partitionKeys_;
};

void Loader::loadRelations() {
  const Rows rows = read(queries::relations);
  relations_.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Relation relation;
    relation.id = rows.integer(row, 0);
    relation.schema = rows.text(row, 1);
    relation.name = rows.text(row, 2);
    relation.kind = kindOf(letter(rows, row, 3));
    relation.persistence = letter(rows, row, 4);
    relation.rowSecurity = rows.boolean(row, 5);
    relation.forceRowSecurity = rows.boolean(row, 6);
    relation.replicaIdentity = letter(rows, row, 7);
    relation.tablespace = rows.text(row, 8);
    relation.accessMethod = rows.text(row, 9);
    for (const std::string& option : elementsOf(rows.text(row, 10))) {
      const std::size_t equals = option.find('=');
      relation.options[option.substr(0, equals)] = equals == std::string::npos ? "" : option.substr(equals + 1);
    }
    relation.populated = rows.boolean(row, 11);
    relation.typedBy = rows.text(row, 12);
    relation.bound = rows.text(row, 13);
    relation.partitionBy = letter(rows, row, 14);
    if (relation.partitionBy != ' ') partitionKeys_[relation.id] = rows.text(row, 15);
    relation.rows = rows.integer(row, 16);
    relation.bytes = rows.integer(row, 17);
    relation.owner = rows.text(row, 18);
    relations_.emplace(relation.id, std::move(relation));
  }
}

void Loader::loadColumns() {
  const Rows rows = read(queries::columns);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Relation* relation = at(rows, row);
    if (relation == nullptr) continue;
    const auto number = static_cast<std::size_t>(rows.integer(row, 1));
    auto& names = columnNames_[relation->id];
    names.resize(number + 1);
    Column column;
    column.name = names[number] = rows.text(row, 2);
    column.type = {.schema = rows.text(row, 3),
                   .name = rows.text(row, 4),
                   .modifier = static_cast<int>(rows.integer(row, 5)),
                   .array = rows.boolean(row, 6)};
    column.collation = rows.text(row, 7);
    column.notNull = rows.boolean(row, 8);
    column.hasDefault = rows.boolean(row, 9);
    column.generated = rows.boolean(row, 10);
    column.identity = letter(rows, row, 11);
    column.local = rows.boolean(row, 12);
    column.inherited = static_cast<int>(rows.integer(row, 13));
    column.storage = letter(rows, row, 14);
    relation->columns.push_back(std::move(column));
  }
  for (const auto& [id, numbers] : partitionKeys_) relations_.at(id).partitionKey = columnNames(id, numbers);
}

void Loader::loadDefaults() {
  const Rows rows = read(queries::defaults);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Relation* relation = at(rows, row);
    if (relation == nullptr) continue;
    Column* column = relation->column(columnName(relation->id, rows.integer(row, 1)));
    if (column == nullptr) continue;
    if (rows.at(row, 2)) column->functions.push_back(rows.text(row, 2));
    if (rows.at(row, 3)) column->sequences.push_back(rows.integer(row, 3));
    if (rows.at(row, 4)) column->computedFrom.push_back(columnName(relation->id, rows.integer(row, 4)));
    std::ranges::sort(column->functions);
    std::ranges::sort(column->computedFrom);
  }
}

void Loader::loadConstraints() {
  db::Value names;
  if (names_) names = db::postgres::arrayText(*names_);
  const Rows rows = read(queries::constraints, std::array{names});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto table = relations_.find(rows.integer(row, 1));
    if (table == relations_.end()) continue;
    Constraint constraint;
    constraint.name = rows.text(row, 2);
    constraint.kind = constraintKindOf(letter(rows, row, 3));
    constraint.columns = columnNames(table->first, rows.text(row, 4));
    constraint.validated = rows.boolean(row, 5);
    constraint.deferrable = rows.boolean(row, 6);
    constraint.noInherit = rows.boolean(row, 7);
    constraint.local = rows.boolean(row, 8);
    constraint.inherited = static_cast<int>(rows.integer(row, 9));
    constraint.condition = rows.text(row, 10);
    constraint.index = rows.integer(row, 11);
    constraint.referenced = rows.integer(row, 12);
    if (constraint.kind == Constraint::Kind::Check) std::ranges::sort(constraint.columns);
    if (constraint.kind == Constraint::Kind::ForeignKey) {
      constraint.referencedColumns = columnNames(constraint.referenced, rows.text(row, 13));
      constraint.onDelete = letter(rows, row, 14);
      constraint.onUpdate = letter(rows, row, 15);
    }
    constraint.functions = elementsOf(rows.text(row, 16));
    table->second.constraints.push_back(std::move(constraint));
  }
}

void Loader::loadIndexes() {
  const Rows rows = read(queries::indexes);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Relation* relation = at(rows, row);
    if (relation == nullptr) continue;
    IndexShape& index = relation->index;
    index.table = rows.integer(row, 1);
    index.keys = columnNames(index.table, rows.text(row, 3));
    const auto keys = static_cast<std::size_t>(rows.integer(row, 2));
    index.included.assign(index.keys.begin() + static_cast<std::ptrdiff_t>(keys), index.keys.end());
    index.keys.resize(keys);
    index.expressions = rows.boolean(row, 4);
    index.partial = rows.boolean(row, 5);
    index.unique = rows.boolean(row, 6);
    index.primary = rows.boolean(row, 7);
    index.valid = rows.boolean(row, 8);
    index.clustered = rows.boolean(row, 9);
    index.replicaIdentity = rows.boolean(row, 10);
    index.method = rows.text(row, 11);
    index.keyNames = elementsOf(rows.text(row, 12));
    index.ordinary = rows.boolean(row, 13);
  }
  const Rows reads = read(queries::indexReads);
  for (std::size_t row = 0; row < reads.size(); ++row) {
    Relation* relation = at(reads, row);
    if (relation == nullptr) continue;
    IndexShape& index = relation->index;
    const std::string name = columnName(index.table, reads.integer(row, 1));
    const bool isKey = std::ranges::find(index.keys, name) != index.keys.end() ||
                       std::ranges::find(index.included, name) != index.included.end();
    if (!isKey) index.reads.push_back(name);
    std::ranges::sort(index.reads);
  }
}

void Loader::loadInheritance() {
  const Rows rows = read(queries::inheritance);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Relation* relation = at(rows, row);
    if (relation == nullptr) continue;
    relation->parents.push_back(rows.integer(row, 1));
    relation->detaching = relation->detaching || rows.boolean(row, 2);
  }
}

void Loader::loadTriggers() {
  const Rows rows = read(queries::triggers);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Relation* relation = at(rows, row);
    if (relation == nullptr) continue;
    const auto type = static_cast<unsigned>(rows.integer(row, 3));
    Trigger trigger;
    trigger.name = rows.text(row, 1);
    trigger.function = rows.text(row, 2);
    trigger.perRow = (type & 1U) != 0;
    trigger.onInsert = (type & 4U) != 0;
    trigger.onDelete = (type & 8U) != 0;
    trigger.onUpdate = (type & 16U) != 0;
    trigger.onTruncate = (type & 32U) != 0;
    trigger.inherited = rows.boolean(row, 4);
    trigger.enabled = letter(rows, row, 5);
    trigger.columns = columnNames(relation->id, rows.text(row, 6));
    trigger.otherTable = rows.integer(row, 7);
    relation->triggers.push_back(std::move(trigger));
  }
}

/// Adds a column (or the relation alone, for an empty name) to what is read; rows come in order of relations.
void addSource(std::vector<Source>& sources, ObjectId relation, const std::string& column) {
  if (sources.empty() || sources.back().relation != relation) sources.push_back({relation, {}});
  if (!column.empty()) sources.back().columns.push_back(column);
  std::ranges::sort(sources.back().columns);
}

void Loader::loadPoliciesAndRules() {
  const Rows policies = read(queries::policies);
  for (std::size_t row = 0; row < policies.size(); ++row) {
    if (Relation* relation = at(policies, row))
      relation->policies.push_back({policies.text(row, 1), {}, elementsOf(policies.text(row, 2))});
  }
  const Rows rules = read(queries::rules);
  for (std::size_t row = 0; row < rules.size(); ++row) {
    if (Relation* relation = at(rules, row))
      relation->rules.push_back({rules.text(row, 1), letter(rules, row, 2), rules.boolean(row, 3), {}});
  }
  const auto addSources = [&](const char* query, const auto& partsOf) {
    const Rows rows = read(query);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      Relation* relation = at(rows, row);
      if (relation == nullptr) continue;
      const ObjectId source = rows.integer(row, 2);
      for (auto& part : partsOf(*relation)) {
        if (part.name == rows.text(row, 1)) addSource(part.sources, source, columnName(source, rows.integer(row, 3)));
      }
    }
  };
  addSources(
      queries::policySources, [](Relation & relation) -> auto& { return relation.policies; });
  addSources(
      queries::ruleSources, [](Relation & relation) -> auto& { return relation.rules; });
}

void Loader::loadViews() {
  const Rows rows = read(queries::viewSources);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Relation* relation = at(rows, row);
    if (relation == nullptr) continue;
    const ObjectId source = rows.integer(row, 1);
    addSource(relation->sources, source, columnName(source, rows.integer(row, 2)));
  }
  const Rows calls = read(queries::relationCalls);
  for (std::size_t row = 0; row < calls.size(); ++row) {
    if (Relation* relation = at(calls, row)) relation->functions.push_back(calls.text(row, 1));
  }
}

void Loader::loadSequences() {
  const Rows rows = read(queries::sequenceOwners);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Relation* relation = at(rows, row);
    if (relation == nullptr) continue;
    relation->ownerTable = rows.integer(row, 1);
    relation->ownerColumn = columnName(relation->ownerTable, rows.integer(row, 2));
    relation->identitySequence = rows.boolean(row, 3);
  }
}

void Loader::loadLastValues() {
  const Rows rows = read(queries::lastValues);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (Relation* relation = at(rows, row)) relation->lastValue = rows.integer(row, 1);
  }
}

void Loader::loadStatistics() {
  const Rows rows = read(queries::statistics);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Relation* relation = at(rows, row);
    if (relation == nullptr) continue;
    std::vector<std::string> columns = columnNames(relation->id, rows.text(row, 2));
    std::ranges::sort(columns);
    relation->statistics.push_back({rows.text(row, 1), std::move(columns)});
  }
}

void Loader::loadPublications() {
  const Rows rows = read(queries::publications);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (Relation* relation = at(rows, row)) relation->publications.push_back(rows.text(row, 1));
  }
}

void Loader::loadTypes(KnownSchema& schema) {
  std::unordered_map<std::int64_t, Type> types;
  const Rows rows = read(queries::types);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Type type;
    type.schema = rows.text(row, 1);
    type.name = rows.text(row, 2);
    type.kind = typeKindOf(letter(rows, row, 3));
    type.relation = rows.integer(row, 4);
    if (rows.at(row, 6)) {
      type.base = {.schema = rows.text(row, 5),
                   .name = rows.text(row, 6),
                   .modifier = static_cast<int>(rows.integer(row, 7)),
                   .array = rows.boolean(row, 8)};
    }
    type.notNull = rows.boolean(row, 9);
    type.hasDefault = rows.boolean(row, 10);
    type.labels = elementsOf(rows.text(row, 11));
    types.emplace(rows.integer(row, 0), std::move(type));
  }
  const Rows checks = read(queries::domainChecks);
  for (std::size_t row = 0; row < checks.size(); ++row) {
    const auto found = types.find(checks.integer(row, 0));
    if (found != types.end()) found->second.checks.push_back({checks.text(row, 1), checks.boolean(row, 2)});
  }
  for (auto& [id, type] : types) schema.put(std::move(type));
}

void Loader::loadNames(KnownSchema& schema) {
  const Rows routines = read(queries::routines);
  for (std::size_t row = 0; row < routines.size(); ++row) {
    schema.put(Routine{.schema = routines.text(row, 0),
                       .name = routines.text(row, 1),
                       .overloads = static_cast<int>(routines.integer(row, 2)),
                       .volatility = letter(routines, row, 3)});
  }
  const Rows schemas = read(queries::schemas);
  for (std::size_t row = 0; row < schemas.size(); ++row) schema.schemas.emplace(schemas.text(row, 0), false);
  const Rows extensions = read(queries::extensions);
  for (std::size_t row = 0; row < extensions.size(); ++row) schema.extensions.emplace(extensions.text(row, 0), false);
}

}  // namespace

KnownSchema loadSchema(db::Session& session, std::optional<std::span<const std::string_view>> scripts) {
  std::optional<std::set<std::string>> names;
  if (scripts) names = possibleNames(*scripts);
  return Loader(session, std::move(names)).load();
}

}  // namespace hotswap::analysis::postgres
