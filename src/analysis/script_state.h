#pragma once
#include <string>
#include <unordered_map>

#include "db/script.h"

namespace hotswap::analysis {

/// `table app.orders`, `column orders.note`, `index orders_pkey`: how findings name an object.
std::string nameOf(const db::ObjectReference& object);

/// The table that a column, constraint, trigger or new index belongs to.
db::ObjectReference tableOf(const db::ObjectReference& part);

/// What the statements of a script looked at so far have made and dropped, by their text alone.
/// A name without a schema may mean the object of any schema, so that it answers for all of that name.
class ScriptState {
 public:
  /// Takes in a statement, drops before makes.
  void apply(const db::Statement& statement);

  [[nodiscard]] bool isMade(const db::ObjectReference& object) const;
  [[nodiscard]] bool isDropped(const db::ObjectReference& object) const;
  /// Something with parts of its own (a table, column, constraint, schema, type) was dropped: its parts may be gone
  /// with it.
  [[nodiscard]] bool droppedOwners() const { return droppedOwners_; }
  /// A statement may have changed more than its text tells.
  [[nodiscard]] bool isOpaque() const { return opaque_; }
  /// Names without a schema can't be followed any more.
  [[nodiscard]] bool searchPathChanged() const { return searchPathChanged_; }

 private:
  enum class Fate { Made, Dropped };
  struct Known {
    std::unordered_map<std::string, Fate> bySchema;
    Fate last = Fate::Made;  ///< of the newest event for any schema
  };

  static std::string keyOf(const db::ObjectReference& object);
  void note(const db::ObjectReference& object, Fate fate);
  [[nodiscard]] bool is(const db::ObjectReference& object, Fate fate) const;

  std::unordered_map<std::string, Known> known_;
  bool droppedOwners_ = false;
  bool opaque_ = false;
  bool searchPathChanged_ = false;
};

}  // namespace hotswap::analysis
