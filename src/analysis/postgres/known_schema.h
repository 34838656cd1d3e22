#pragma once
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analysis/effects.h"
#include "analysis/postgres/known_relation.h"

namespace hotswap::analysis::postgres {

/// A PostgreSQL schema as far as it is known: loaded from a server, or empty and then grown by what a script makes.
/// A value: a copy shares all relations with the original until one of them is changed (a copy of 5,000 tables takes
/// a few milliseconds), and is independent of it. Not to be used by two threads at once.
class KnownSchema {
 public:
  KnownSchema() = default;

  // What it is of.
  int serverVersion = 150000;                     ///< as Session::serverVersion
  std::string timeZone;                           ///< of the session; empty where unknown
  std::vector<std::string> searchPath{"public"};  ///< schemas in which names without one are looked for
  std::string user;                               ///< the session's; empty where unknown
  /// Everything there is was loaded: a name that is not here is nowhere. False without a server.
  bool complete = false;
  std::map<std::string, bool> extensions;  ///< names; true where the script has made it

  // Relations.
  [[nodiscard]] const Relation* find(ObjectId id) const;
  /// As `find`, and alive for as long as the caller holds it, whatever becomes of the schema.
  [[nodiscard]] std::shared_ptr<const Relation> share(ObjectId id) const;
  [[nodiscard]] const Relation* find(std::string_view schema, std::string_view name) const;
  /// By the search path where the schema is empty.
  [[nodiscard]] const Relation* lookUp(std::string_view schema, std::string_view name) const;
  /// Every relation that refers to `id`, in no order: indexes and partitions of it, tables with foreign keys to it or
  /// inheriting from it, views over it, sequences of its columns, policies and rules that read it.
  [[nodiscard]] std::vector<const Relation*> referringTo(ObjectId id) const;
  /// Calls for each relation, in no order.
  void forEach(const std::function<void(const Relation&)>& visit) const;
  [[nodiscard]] std::size_t size() const { return relations_.size(); }

  // Of a table (or materialized view), by id order, so that answers are the same every time.
  [[nodiscard]] std::vector<const Relation*> indexesOf(ObjectId table) const;
  /// Direct partitions, inheriting tables, or indexes of partitions.
  [[nodiscard]] std::vector<const Relation*> childrenOf(ObjectId parent) const;
  /// All below, parents before children, each once.
  [[nodiscard]] std::vector<const Relation*> descendantsOf(ObjectId parent) const;
  /// Foreign keys that lead to `table`: the table that has it, and it.
  [[nodiscard]] std::vector<std::pair<const Relation*, const Constraint*>> foreignKeysTo(ObjectId table) const;
  [[nodiscard]] std::vector<const Relation*> sequencesOf(ObjectId table) const;
  [[nodiscard]] std::vector<const Relation*> viewsOver(ObjectId id) const;
  /// The default partition of a partitioned table, nothing where there is none.
  [[nodiscard]] const Relation* defaultPartitionOf(ObjectId parent) const;

  // Types and functions, by schema (or the search path) and name.
  [[nodiscard]] const Type* type(std::string_view schema, std::string_view name) const;
  [[nodiscard]] const Routine* routine(std::string_view schema, std::string_view name) const;
  void forEachType(const std::function<void(const Type&)>& visit) const;
  void forEachRoutine(const std::function<void(const Routine&)>& visit) const;

  // Changes. References to what is changed or erased don't outlive the call.
  /// Takes in a relation, new or in place of the one with its id; an id of 0 gives it a new one. Returns the id.
  ObjectId put(Relation relation);
  /// Forgets a relation. What refers to it is the caller's to change first.
  void erase(ObjectId id);
  void put(Type type);
  void eraseType(std::string_view schema, std::string_view name);
  void put(Routine routine);
  void eraseRoutine(std::string_view schema, std::string_view name);
  std::map<std::string, bool> schemas;  ///< names of schemas; true where the script has made it

  /// The script is over and done: what it has made is somebody's from now on.
  void settle();

  /// Everything that effects depend on, but sizes and ids, as sorted lines: equal for equal schemas however they came
  /// about. For tests and for people.
  [[nodiscard]] std::string text() const;

 private:
  using Name = std::pair<std::string, std::string>;
  struct NameHash {
    std::size_t operator()(const Name& name) const {
      return std::hash<std::string>()(name.first) * 31 + std::hash<std::string>()(name.second);
    }
  };
  void forget(const Relation& relation);
  template <class Keep>
  [[nodiscard]] std::vector<const Relation*> referring(ObjectId id, const Keep& keep) const;

  std::unordered_map<ObjectId, std::shared_ptr<const Relation>> relations_;
  std::unordered_map<Name, ObjectId, NameHash> byName_;
  std::unordered_map<ObjectId, std::set<ObjectId>> referring_;
  std::map<Name, Type> types_;
  std::map<Name, Routine> routines_;
  ObjectId nextId_ = -1;
};

/// `relation` as Effects name it.
inline RelationName nameOf(const Relation& relation) { return {relation.schema, relation.name}; }

}  // namespace hotswap::analysis::postgres
