#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What is known of one relation of a PostgreSQL database. Plain values, names unquoted.
namespace hotswap::analysis::postgres {

/// Names a relation or type for as long as it lives, whatever it is renamed to: the server's oid, or a negative number
/// for what a script has made. 0 names nothing.
using ObjectId = std::int64_t;

/// A type with what stands in brackets behind it.
struct TypeUse {
  std::string schema;  ///< `pg_catalog` for built-in types
  std::string name;    ///< as pg_type has it: `int4`, `varchar`, `numeric`, `mood`; an array by its element
  int modifier = -1;   ///< as pg_attribute.atttypmod, -1 for none: varchar(20) has 24
  bool array = false;
  friend bool operator==(const TypeUse&, const TypeUse&) = default;
};

struct Column {
  std::string name;
  TypeUse type;           ///< without a name where a query computes it, and only the server can tell
  std::string collation;  ///< where it isn't the type's own; empty otherwise
  bool notNull = false;
  bool hasDefault = false;  ///< or, for a generated column, an expression
  bool generated = false;   ///< GENERATED ALWAYS AS (…) STORED
  char identity = ' ';      ///< `a` always, `d` by default, ` ` none
  bool local = true;        ///< defined for this table itself
  int inherited = 0;        ///< how many parents have it
  char storage = ' ';       ///< `p`, `e`, `m`, `x` where it isn't the type's own; ` ` otherwise
  /// Columns, for a generated one, that its value is computed from.
  std::vector<std::string> computedFrom;
  /// Functions of the user that the default calls, `schema.name`.
  std::vector<std::string> functions;
  /// Sequences that the default draws from.
  std::vector<ObjectId> sequences;
};

struct Constraint {
  enum class Kind { Check, PrimaryKey, Unique, Exclusion, ForeignKey } kind = Kind::Check;
  std::string name;
  std::vector<std::string> columns;  ///< of the table, in the order of the key; of a check, those it reads, sorted
  bool validated = true;
  bool deferrable = false;
  bool noInherit = false;
  bool local = true;
  int inherited = 0;      ///< how many parents have it
  std::string condition;  ///< CHECK: the expression as SQL
  ObjectId index = 0;     ///< of a key: its own; of a foreign key: the one it leads to
  // Foreign keys
  ObjectId referenced = 0;
  std::vector<std::string> referencedColumns;
  char onDelete = 'a';  ///< `a` no action, `r` restrict, `c` cascade, `n` set null, `d` set default
  char onUpdate = 'a';
  std::vector<std::string> functions;  ///< of the user, that a check calls, `schema.name`
};

struct Trigger {
  std::string name;
  std::string function;  ///< `schema.name`
  bool perRow = false;
  bool inherited = false;            ///< the clone of one of the partitioned table
  char enabled = 'O';                ///< as pg_trigger.tgenabled
  std::vector<std::string> columns;  ///< UPDATE OF
  ObjectId otherTable = 0;           ///< FROM of a constraint trigger
  bool onInsert = false, onUpdate = false, onDelete = false, onTruncate = false;
};

/// What a view, policy or rule reads, with the columns by name.
struct Source {
  ObjectId relation = 0;
  std::vector<std::string> columns;  ///< sorted
  friend bool operator==(const Source&, const Source&) = default;
};

/// The relations that the expressions of a policy read, its own table among them.
struct Policy {
  std::string name;
  std::vector<Source> sources;
  std::vector<std::string> functions;  ///< of the user, `schema.name`
};

/// A rule of a table, or of a view other than the one it consists of.
struct Rule {
  std::string name;
  char event = ' ';      ///< `s` SELECT, `u` UPDATE, `i` INSERT, `d` DELETE
  bool instead = false;  ///< the statement itself is not carried out
  std::vector<Source> sources;
};

/// Extended statistics.
struct Statistics {
  std::string name;                  ///< `schema.name`
  std::vector<std::string> columns;  ///< sorted; those in expressions are left out
};

/// What an index is of; for kind Index and PartitionedIndex.
struct IndexShape {
  ObjectId table = 0;
  std::vector<std::string> keys;      ///< column names in order; empty for an expression
  std::vector<std::string> included;  ///< INCLUDE
  /// What the server calls the keys, for those that are expressions (`lower`, `expr`); empty without expressions.
  std::vector<std::string> keyNames;
  /// Columns in expressions and in the condition that are no keys and not included, sorted, each once.
  std::vector<std::string> reads;
  bool expressions = false;
  bool ordinary = true;  ///< keys are in the default order of their types: no operator class, DESC or NULLS
  bool partial = false;
  bool unique = false;
  bool primary = false;
  bool valid = true;
  bool clustered = false;
  bool replicaIdentity = false;
  std::string method = "btree";
};

enum class RelationKind {
  Table,
  PartitionedTable,
  Index,
  PartitionedIndex,
  View,
  MaterializedView,
  Sequence,
  ForeignTable,
  CompositeType
};

struct Relation {
  ObjectId id = 0;
  std::string schema;
  std::string name;
  RelationKind kind = RelationKind::Table;
  /// False for a stand-in: the script names it, and no catalog tells what it is.
  bool known = true;
  /// The present script has made it: empty but for what the script writes, and nobody else's.
  bool own = false;
  std::string owner;       ///< the role; empty where unknown
  char persistence = 'p';  ///< `p` permanent, `u` unlogged, `t` temporary
  std::vector<Column> columns;
  std::vector<Constraint> constraints;
  std::vector<Trigger> triggers;
  std::vector<Policy> policies;
  std::vector<Rule> rules;
  std::vector<Statistics> statistics;
  std::vector<std::string> publications;  ///< that name the table, sorted
  std::vector<ObjectId> parents;          ///< by inheritance, as a partition (of a table or an index), in their order
  std::string bound;                      ///< of a partition: `FOR VALUES …` or `DEFAULT`; empty for all others
  char partitionBy = ' ';                 ///< `r` range, `l` list, `h` hash
  std::vector<std::string> partitionKey;  ///< column names, empty for an expression
  bool detaching = false;                 ///< a concurrent detach has begun and not ended
  IndexShape index;
  std::vector<Source> sources;         ///< of views
  std::vector<std::string> functions;  ///< of the user, that a view or an index calls, `schema.name`
  ObjectId ownerTable = 0;             ///< of a sequence: the table of the column it belongs to
  std::string ownerColumn;             ///< of a sequence
  bool identitySequence = false;       ///< of a sequence: made by an identity column
  std::int64_t lastValue = 0;          ///< of a sequence: drawn last; 0 where none was, or nobody knows
  bool rowSecurity = false;
  bool forceRowSecurity = false;
  char replicaIdentity = 'd';  ///< as pg_class.relreplident
  std::string typedBy;         ///< CREATE TABLE … OF: `schema.name` of the type
  std::string tablespace;      ///< empty for the database's own
  std::string accessMethod;    ///< of tables: `heap`
  std::map<std::string, std::string> options;
  bool populated = true;  ///< of a materialized view
  // Sizes, by the server's last estimate; 0 for what the script has made.
  std::int64_t rows = 0;
  std::int64_t bytes = 0;  ///< without indexes, with what is stored out of line

  [[nodiscard]] bool isTable() const {
    return kind == RelationKind::Table || kind == RelationKind::PartitionedTable || kind == RelationKind::ForeignTable;
  }
  [[nodiscard]] bool isIndex() const { return kind == RelationKind::Index || kind == RelationKind::PartitionedIndex; }
  [[nodiscard]] bool isPartition() const { return !bound.empty(); }
  [[nodiscard]] const Column* column(std::string_view columnName) const;
  [[nodiscard]] Column* column(std::string_view columnName);
  [[nodiscard]] const Constraint* constraint(std::string_view constraintName) const;
  [[nodiscard]] Constraint* constraint(std::string_view constraintName);
  [[nodiscard]] const Constraint* primaryKey() const;
};

/// A type of the user.
struct Type {
  enum class Kind { Domain, Enum, Composite, Range, Other } kind = Kind::Other;
  std::string schema;
  std::string name;
  TypeUse base;          ///< of a domain
  bool notNull = false;  ///< of a domain
  bool hasDefault = false;
  struct Check {
    std::string name;
    bool validated = true;
  };
  std::vector<Check> checks;        ///< of a domain
  std::vector<std::string> labels;  ///< of an enum, in order
  ObjectId relation = 0;            ///< of a composite type: where its attributes stand
};

/// A function or procedure of the user; those of one name stand together.
struct Routine {
  std::string schema;
  std::string name;
  int overloads = 1;
  char volatility = 'v';  ///< the most volatile of them: `i`, `s`, `v`
};

}  // namespace hotswap::analysis::postgres
