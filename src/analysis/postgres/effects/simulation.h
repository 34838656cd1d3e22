#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/effects.h"
#include "analysis/postgres/known_schema.h"

namespace hotswap::analysis::postgres {

/// One statement being played through: what it does is done to the schema and written down at once. Relations are
/// written down under the names they have when they are first spoken of.
class Simulation {
 public:
  explicit Simulation(KnownSchema& known) : schema(known) {}
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  KnownSchema& schema;

  // Names.
  /// The relation that the script names, or nothing. Where not all of the database is known, a stand-in is made for a
  /// name that nothing is known of, unless `missingOk`.
  const Relation* find(const PgQuery__RangeVar& range, bool missingOk = false, RelationKind kind = RelationKind::Table);
  const Relation* find(std::string_view schemaName, std::string_view name, bool missingOk = false,
                       RelationKind kind = RelationKind::Table);
  /// The schema in which `range` would be made.
  [[nodiscard]] std::string schemaFor(const PgQuery__RangeVar& range) const;
  [[nodiscard]] std::string creationSchema() const;

  // What is done.
  void lock(const Relation& relation, LockMode mode);
  void lock(ObjectId id, LockMode mode);
  void scan(ObjectId id);
  /// The file of a table or materialized view is written anew, and all its indexes are built anew.
  void rewrite(ObjectId id);
  /// The file is copied as it is; indexes stay.
  void copyFile(ObjectId id);
  /// Every partition and inheriting table below, and the relation itself.
  [[nodiscard]] std::vector<ObjectId> withDescendants(ObjectId id) const;
  /// An index of a table is built; indexes of tables that the statement makes are not told.
  void build(ObjectId id, bool concurrently = false);
  /// The build just told goes on beside reads and writes.
  void markConcurrent(ObjectId id);
  void loseIndex(ObjectId id);
  void lose(DataLoss::What what, ObjectId relation, std::string column = {});
  /// Takes note that the statement makes the relation; returns its id.
  ObjectId make(Relation relation);
  /// Changes a relation of the schema.
  void edit(ObjectId id, const std::function<void(Relation&)>& change);
  void erase(ObjectId id);

  void notTransactional() { effects_.transactional = false; }
  void unknown(std::string sentence);
  /// The statement will fail; the first reason counts.
  void fail(std::string sentence);
  [[nodiscard]] bool failed() const { return !effects_.failure.empty(); }
  [[nodiscard]] bool made(ObjectId id) const { return made_.contains(id); }
  /// The relation as it is now; an empty one where there is none of that id any more.
  [[nodiscard]] const Relation& at(ObjectId id) const;

  Effects finish();

 private:
  struct Touched {
    RelationName name;
    LockMode mode = LockMode::AccessShare;
    bool locked = false, scanned = false, rewritten = false, lost = false;
    bool own = false, index = false, part = false;
  };
  Touched* touched(ObjectId id);

  Effects effects_;
  std::map<ObjectId, Touched> touched_;
  std::map<ObjectId, IndexBuild> builds_;
  std::set<DataLoss> losses_;
  std::set<ObjectId> made_;
  /// What was changed or erased, as it was before: references to it stay good until the statement is over.
  std::vector<std::shared_ptr<const Relation>> kept_;
};

}  // namespace hotswap::analysis::postgres
