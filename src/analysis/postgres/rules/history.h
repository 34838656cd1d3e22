#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "analysis/effects.h"
#include "analysis/postgres/known_schema.h"
#include "db/script.h"

namespace hotswap::analysis::postgres::rules {

struct Look;

/// What the statements of a script have done so far, as far as rules ask for it. Names are as they were when it
/// happened.
class History {
 public:
  /// The next statement is of that unit (statements with one number run in one transaction): what earlier
  /// transactions held is let go.
  void enter(std::size_t unit);
  /// Takes in a statement that has been judged.
  void note(const Look& look);

  [[nodiscard]] std::size_t unit() const { return unit_; }
  /// The statement that is looked at is the first of its unit.
  [[nodiscard]] bool startsUnit() const { return startsUnit_; }

  // Of this transaction.
  struct Held {
    LockMode mode = LockMode::AccessShare;
    std::string by;  ///< kind of the statement that took it first in this strength: `ALTER TABLE`
  };
  /// Tables (and views) of others that are held so that they can't be written to.
  [[nodiscard]] const std::map<RelationName, Held>& held() const { return held_; }
  /// One that nobody can read, nothing where there is none.
  [[nodiscard]] const std::pair<const RelationName, Held>* heldFromReaders() const;
  /// Tables of others that were read in full or written anew, with the kind of the statement.
  [[nodiscard]] const std::map<RelationName, std::string>& worked() const { return worked_; }
  /// Tables of others that new foreign keys lead to.
  [[nodiscard]] const std::set<RelationName>& referenced() const { return referenced_; }

  // Of the whole script.
  struct Dropped {
    std::shared_ptr<const Relation> relation;  ///< as it was: a table, view or index
    std::size_t unit = 0;
  };
  [[nodiscard]] const std::vector<Dropped>& dropped() const { return dropped_; }
  /// Something that is no relation (a type, a function, a schema) was made by the script.
  [[nodiscard]] bool made(db::ObjectReference::Kind kind, const std::string& schema, const std::string& name) const;
  /// Tables of others that the script has changed (or maintained).
  [[nodiscard]] bool touched(const RelationName& table) const { return touched_.contains(table); }
  /// A statement may have done more than its text tells, so that nothing is sure any more.
  [[nodiscard]] bool isOpaque() const { return opaque_; }
  /// Kinds of the first statements that changed tables of others, or their rows; empty so far.
  [[nodiscard]] const std::string& schemaChange() const { return schemaChange_; }
  [[nodiscard]] const std::string& dataChange() const { return dataChange_; }

 private:
  void noteDropped(const Look& look);

  std::size_t unit_ = 0;
  bool startsUnit_ = true;
  std::map<RelationName, Held> held_;
  std::map<RelationName, std::string> worked_;
  std::set<RelationName> referenced_;
  std::vector<Dropped> dropped_;
  std::multimap<std::string, db::ObjectReference> made_;
  std::set<RelationName> touched_;
  bool opaque_ = false;
  std::string schemaChange_;
  std::string dataChange_;
};

/// Whether the statement changes rows of tables that the script hasn't made.
bool changesRowsOfOthers(const Look& look);
/// Whether it changes such a table itself.
bool changesTablesOfOthers(const Look& look);

}  // namespace hotswap::analysis::postgres::rules
