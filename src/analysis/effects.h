#pragma once
#include <compare>
#include <string>
#include <vector>

#include "analysis/lock_mode.h"

namespace hotswap::analysis {

/// A table, index, view or sequence by its names as the database has them, unquoted.
struct RelationName {
  std::string schema;  ///< empty where neither the script nor a catalog tells it
  std::string name;
  auto operator<=>(const RelationName&) const = default;
  /// `app.orders`; the name alone where the schema isn't known.
  [[nodiscard]] std::string text() const { return schema.empty() ? name : schema + "." + name; }
};

/// The strongest lock that a statement takes on one object and holds until its transaction ends.
struct RelationLock {
  RelationName object;
  LockMode mode = LockMode::AccessShare;
  bool own = false;    ///< the same script has made the object, so that nobody else can wait for it
  bool index = false;  ///< the object is an index
  friend bool operator==(const RelationLock&, const RelationLock&) = default;
};

/// An index that is built or built anew: the whole table is read and sorted.
struct IndexBuild {
  RelationName index;
  RelationName table;
  bool concurrently = false;  ///< beside reads and writes
  friend bool operator==(const IndexBuild&, const IndexBuild&) = default;
};

/// Something that can't be brought back from what is left in the database.
struct DataLoss {
  enum class What {
    Relation,  ///< the table or materialized view is gone with its rows
    Column,    ///< a column is gone with its values
    AllRows,   ///< the table stays and is empty (TRUNCATE, DELETE without WHERE)
    SomeRows,  ///< rows are deleted
    Values,    ///< values are written over (UPDATE), or lose something in a conversion of type
  } what = What::Relation;
  RelationName relation;
  std::string column;  ///< Column, Values of a conversion; empty otherwise
  friend auto operator<=>(const DataLoss&, const DataLoss&) = default;
};

/// What one statement does to a database, as far as its text and what is known of the schema tell. Plain data; each
/// list is sorted and holds nothing twice. Objects that the statement itself makes are in none of the lists, with the
/// exception of `indexBuilds`.
struct Effects {
  /// Tables, views and materialized views in every mode; indexes and sequences only where the mode is
  /// ShareUpdateExclusive or stronger: in weaker ones every user of a table locks all its indexes.
  std::vector<RelationLock> locks;
  /// Tables, materialized views and sequences whose file is written anew with what was in it; their indexes are built
  /// anew with them.
  std::vector<RelationName> rewrites;
  /// Tables and materialized views that are read in full, without being rewritten.
  std::vector<RelationName> scans;
  std::vector<IndexBuild> indexBuilds;
  /// Indexes that are gone afterwards although their table stays.
  std::vector<RelationName> lostIndexes;
  std::vector<DataLoss> dataLoss;
  /// Can run inside a transaction.
  bool transactional = true;
  /// What can't be told, one sentence each: functions that are called, tables nobody knows. Where there is one, the
  /// statement may do more than the lists say.
  std::vector<std::string> unknown;
  /// Why the statement will fail, as far as that can be seen; empty where it should not. The lists hold what it does
  /// until then, or nothing.
  std::string failure;

  /// Somebody else's SELECT has to wait for it.
  [[nodiscard]] bool blocksReads() const;
  /// Somebody else's INSERT, UPDATE or DELETE has to wait for it.
  [[nodiscard]] bool blocksWrites() const;
};

}  // namespace hotswap::analysis
