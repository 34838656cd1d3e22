#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/script.h"
#include "db/session.h"

namespace hotswap::db {

/// A whole schema as sorted lines of text, one definition each, so that equal schemas are equal texts however they came
/// about, and a difference can be read. Object ids, statistics and sizes are not in it; the order of columns is.
/// Key: `table public.orders`, `column public.orders.note`, `index public.orders_pkey`, …
/// Value: everything that defines it, e.g. `2 text not null default 'x'::text`.
struct SchemaListing {
  std::map<std::string, std::string> definitions;

  /// XXH3-128 of all keys and values, hexadecimal. Equal listings have equal fingerprints.
  [[nodiscard]] std::string fingerprint() const;
  /// As JSON-free text for the store: `key<TAB>value` lines with `\`, TAB and newline escaped. `fromText` is its
  /// inverse and throws Error (InternalError) for anything else.
  [[nodiscard]] std::string text() const;
  static SchemaListing fromText(std::string_view text);
};

/// One difference between two schemas, as a sentence for a person: `column public.t.a is missing`,
/// `index public.i has changed: … instead of …`, `table public.x is new`.
std::vector<std::string> differences(const SchemaListing& before, const SchemaListing& after);

struct Column {
  std::string name;
  std::string type;
  bool nullable = true;
  std::optional<std::string> defaultExpression;
};

struct Index {
  std::string schema;
  std::string name;
  std::string table;
  std::vector<std::string> columns;  ///< expressions as the server prints them
  bool unique = false;
  bool primary = false;
  bool valid = true;  ///< false: left over from a build that failed
  std::int64_t bytes = 0;
  std::string definition;
};

struct Constraint {
  std::string schema;
  std::string table;
  std::string name;
  std::string kind;  ///< `primary key`, `unique`, `foreign key`, `check`, `exclusion`
  bool validated = true;
  std::string definition;
};

struct Table {
  std::string schema;
  std::string name;
  std::string kind;  ///< `table`, `partitioned table`, `view`, `materialized view`, `foreign table`, `sequence`
  std::vector<Column> columns;
  std::int64_t estimatedRows = 0;
  std::int64_t bytes = 0;  ///< with indexes and toast
};

/// A table as a partition of another.
struct Partition {
  std::string schema;
  std::string name;
  std::string parentSchema;
  std::string parent;
  std::string bound;                ///< as ATTACH PARTITION takes it: `FOR VALUES FROM (0) TO (10)`, `DEFAULT`
  bool detaching = false;           ///< a concurrent detach has begun and not ended: its rows are not seen any more
  std::vector<std::string> checks;  ///< names of its own check constraints, sorted
  friend bool operator==(const Partition&, const Partition&) = default;
};

/// What a transaction has done to the rows of one table, on its own or by way of a cascade, a trigger or a function.
struct RowChanges {
  std::string schema;
  std::string name;
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t deleted = 0;  ///< one by one, so not by TRUNCATE
  /// Schema and name of the tables whose part it is, as a partition or by inheritance, up to the root.
  std::vector<std::pair<std::string, std::string>> partOf;
};

/// What is in a database. Functions take a session so that they can look from inside a transaction; each is a few
/// statements, never one a table. All throw SqlError.
class Catalog {
 public:
  Catalog() = default;
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;
  virtual ~Catalog() = default;

  /// Every user-made object of the database (system schemas and temporary objects left out).
  virtual SchemaListing listing(Session& session) const = 0;
  /// The schema as a script that makes it anew in an empty database: the same text for equal schemas, however they came
  /// about, and a schema with the same listing where it is run. Nothing that changes without the schema is in it: no
  /// rows, no sizes, no names of servers. Throws Error (ValidationError) by engines that can't.
  [[nodiscard]] virtual std::string dump(Session& session) const;
  virtual std::vector<Table> tables(Session& session) const = 0;
  virtual std::vector<Index> indexes(Session& session) const = 0;
  /// Those of tables with one of these names, in whatever schema.
  virtual std::vector<Index> indexesOf(Session& session, const std::vector<std::string>& tables) const;
  /// Invalid indexes that the engine keeps for user tables by itself (PostgreSQL: of their TOAST tables); they stand in
  /// no listing. `table` is the engine's own table, columns and definition are left out.
  virtual std::vector<Index> hiddenInvalidIndexes(Session& session) const {
    static_cast<void>(session);
    return {};
  }
  virtual std::vector<Constraint> constraints(Session& session) const = 0;
  /// A table as a partition, an empty schema meaning the session's search path; nothing where it is none or not there.
  virtual std::optional<Partition> partition(Session& session, const std::string& schema,
                                             const std::string& name) const {
    static_cast<void>(session), static_cast<void>(schema), static_cast<void>(name);
    return std::nullopt;
  }
  /// The schema in which the session's search path finds a table or an index; empty where it finds none.
  virtual std::string schemaOf(Session& session, const std::string& relation) const {
    static_cast<void>(session), static_cast<void>(relation);
    return {};
  }
  /// Whether an object exists, an empty schema meaning the session's search path. Kind Other is never looked for:
  /// nothing. Tables, views, sequences and indexes share their names: any of them answers for the others. An index that
  /// names its table is looked for in the schema of that table, a function by its name alone, whatever its arguments.
  virtual std::optional<bool> exists(Session& session, const ObjectReference& object) const = 0;
  /// What the session's transaction has done to the rows of permanent tables of the user so far, by schema and name. An
  /// engine that doesn't count by transaction answers with nothing. Counts may hold what the session did just before
  /// the transaction, so the difference of two readings is what is true; what a savepoint has undone stays counted.
  virtual std::vector<RowChanges> rowChanges(Session& /*session*/) const { return {}; }
  /// Tables with rows (`public.orders`) that the statement would empty though it doesn't name them: those that refer to
  /// the tables of a TRUNCATE … CASCADE, directly or not. Waits for whoever has locked them as the statement would.
  virtual std::vector<std::string> emptiedBesides(Session& /*session*/, const Statement& /*statement*/) const {
    return {};
  }
  /// The schema in which an object without one would be made; empty where the search path leads nowhere.
  virtual std::string defaultSchema(Session& /*session*/) const { return {}; }
};

}  // namespace hotswap::db
