#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "db/postgres/dump/dump_order.h"
#include "db/postgres/pinned_settings.h"

namespace hotswap::db::postgres {

/// Numbers of the system catalogs; they are the same in all versions.
namespace catalog {
constexpr std::int64_t types = 1247;
constexpr std::int64_t columns = 1249;
constexpr std::int64_t relations = 1259;
constexpr std::int64_t defaults = 2604;
constexpr std::int64_t constraints = 2606;
constexpr std::int64_t triggers = 2620;
constexpr std::int64_t extensions = 3079;
}  // namespace catalog

/// The part of a script in which something stands; the order of the names here is the order of the parts.
int stageOf(const std::string& name);

/// A column of a table, names quoted and expressions as the server prints them; what it has not is empty.
struct DumpColumn {
  std::string name;
  std::string type;
  std::string collation;
  bool notNull = false;
  std::int64_t defaultNumber = 0;  ///< of its default's or generating expression's entry in the catalog, 0: none
  std::string expression;
  std::string generated;  ///< `s`: stored, `v`: virtual
  std::string identity;   ///< `a`: always, `d`: by default
  std::string sequence;   ///< options of the identity's sequence
  std::string storage;
  std::string compression;
  std::string statistics;
  std::string options;
  std::string foreignOptions;
  bool local = true;          ///< stands in the table's own definition
  bool inherited = false;     ///< stands in a parent's
  std::string sequenceOrder;  ///< what has to be said about the identity's sequence besides
  std::string notNullClause;  ///< PostgreSQL 18: the constraint, with its name where that is no usual one
  std::string notNullName;    ///< PostgreSQL 18: the constraint's name, as it is

  [[nodiscard]] ObjectId defaultId() const { return {catalog::defaults, defaultNumber}; }
  [[nodiscard]] bool hasDefault() const { return defaultNumber != 0 && generated.empty(); }
};

struct DumpConstraint {
  std::int64_t number = 0;
  std::string name;
  char kind = 'c';  ///< as in pg_constraint
  std::string definition;
  bool validated = true;
  bool local = true;
  bool inherited = false;
  bool implied = false;     ///< a foreign key that comes about by its parent's
  std::int64_t parent = 0;  ///< number of the constraint of which it is the part for a partition, 0: none

  [[nodiscard]] ObjectId id() const { return {catalog::constraints, number}; }
};

struct DumpTable {
  std::int64_t number = 0;
  std::string name;
  char kind = 'r';  ///< as in pg_class
  bool unlogged = false;
  std::string accessMethod;
  std::string tablespace;
  std::string options;
  std::string partitionKey;
  std::string bound;
  std::vector<std::int64_t> parents;
  std::string ofType;
  std::string replicaIdentity;
  bool rowSecurity = false;
  bool rowSecurityForced = false;
  std::string server;  ///< of a foreign table, with the table's options
  bool detaching = false;
  std::vector<DumpColumn> columns;
  std::vector<DumpConstraint> constraints;

  [[nodiscard]] ObjectId id() const { return {catalog::relations, number}; }
  [[nodiscard]] const DumpColumn* column(const std::string& wanted) const;
  [[nodiscard]] const DumpConstraint* constraint(const std::string& wanted) const;
};

/// All tables of a database with what their statements are made of.
class DumpTables {
 public:
  /// Throws SqlError.
  explicit DumpTables(PinnedSettings& pinned);

  /// What stands in the statement of its table unless it has to stand apart: defaults and constraints, with the table.
  [[nodiscard]] std::map<ObjectId, ObjectId> parts() const;
  /// Partitions and heirs, down to the last.
  [[nodiscard]] const std::set<ObjectId>& descendants(const ObjectId& table) const;
  /// The statements; `apart` are those parts that can't be in their table's because what they need needs the table.
  [[nodiscard]] std::vector<DumpEntry> entries(const std::set<ObjectId>& apart) const;

 private:
  void readTables(PinnedSettings& pinned);
  void readColumns(PinnedSettings& pinned);
  void readConstraints(PinnedSettings& pinned);
  void addDescendants(const DumpTable& table, const DumpTable& descendant);

  std::map<std::int64_t, DumpTable> tables_;
  std::map<ObjectId, std::set<ObjectId>> descendants_;
};

}  // namespace hotswap::db::postgres
