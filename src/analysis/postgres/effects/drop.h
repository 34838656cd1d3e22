#pragma once
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "analysis/postgres/effects/simulation.h"

namespace hotswap::analysis::postgres {

/// Dropping objects with what depends on them, as the server's dependency walk does. Without `cascade`, something that
/// stands on its own and depends on what is dropped makes the statement fail.
class Dropping {
 public:
  Dropping(Simulation& simulation, bool cascade) : simulation_(simulation), cascade_(cascade) {}

  /// What one statement drops together; its members may depend on each other.
  void expect(ObjectId relation) { expected_.insert(relation); }

  void relation(ObjectId id);
  /// An index by itself, with those of partitions.
  void index(ObjectId id);
  /// A column of one table, without children.
  void column(ObjectId table, const std::string& name);
  /// A constraint of one table, without children.
  void constraint(ObjectId table, const std::string& name);
  void columnDefault(ObjectId table, const std::string& name);
  void trigger(ObjectId table, const std::string& name);
  void policy(ObjectId table, const std::string& name);
  void rule(ObjectId table, const std::string& name);
  void type(std::string_view schema, std::string_view name);
  void routine(std::string_view schema, std::string_view name);

 private:
  /// Something independent hangs on what is dropped: false where it must stay, and the statement fails.
  bool dependent(ObjectId relation, const std::string& what);
  void dropForeignKeysTo(ObjectId table, ObjectId index);
  void dropReaders(ObjectId id, const std::string& name);
  /// The foreign key's other table, and its partitions, lose their triggers.
  void lockReferenced(const Constraint& constraint);

  Simulation& simulation_;
  bool cascade_;
  std::set<ObjectId> expected_;
  std::set<ObjectId> going_;
};

}  // namespace hotswap::analysis::postgres
