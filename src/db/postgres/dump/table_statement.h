#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "db/postgres/dump/dump_tables.h"

namespace hotswap::db::postgres {

/// Whether a constraint is always a statement of its own: foreign keys, because the other table may come later; what is
/// not validated, because a new table would take it for valid; keys of a partitioned table, because partitions made
/// after them would name theirs by themselves; keys of a partition whose columns are NOT NULL by its parent's named
/// constraints, because in its own statement a key would give them others.
bool standsAlone(const DumpTable& table, const DumpConstraint& constraint);

/// How one table is made: CREATE TABLE and what has to be said after it.
class TableStatement {
 public:
  /// All are referred to.
  TableStatement(const std::map<std::int64_t, DumpTable>& tables, const DumpTable& table,
                 const std::set<ObjectId>& descendants, const std::set<ObjectId>& apart)
      : tables_(tables), table_(table), descendants_(descendants), apart_(apart), form_(form()) {}

  [[nodiscard]] std::vector<DumpEntry> entries() const;

 private:
  /// How a table gets to its parents.
  enum class Form {
    Plain,        ///< it has none
    PartitionOf,  ///< it is made as a partition: its columns are its parent's
    Attach,       ///< it is made by itself and then attached: its columns have an order or defaults of their own
    Inherits,     ///< it is made as an heir: its parents' columns come first
    InheritLater  ///< it is made by itself and becomes an heir then: its columns have an order of their own
  };

  [[nodiscard]] Form form() const;
  [[nodiscard]] std::vector<const DumpTable*> parents() const;
  [[nodiscard]] bool hasColumnsOf(const DumpTable& parent) const;
  [[nodiscard]] bool hasColumnsOfParentsFirst() const;
  [[nodiscard]] bool madeByItself() const { return form_ != Form::PartitionOf && form_ != Form::Inherits; }
  [[nodiscard]] bool isApart(const DumpTable& table, const DumpColumn& column) const;
  [[nodiscard]] bool isInside(const DumpTable& table, const DumpConstraint& constraint) const;

  [[nodiscard]] std::string create() const;
  [[nodiscard]] std::string column(const DumpColumn& column) const;
  [[nodiscard]] std::vector<std::string> lines() const;
  void sayHowItDiffers(std::vector<std::string>& orders) const;
  void sayWhereItBelongs(std::vector<std::string>& orders) const;
  void sayDetails(std::vector<std::string>& orders) const;
  [[nodiscard]] DumpEntry alone(const DumpConstraint& constraint) const;

  const std::map<std::int64_t, DumpTable>& tables_;
  const DumpTable& table_;
  const std::set<ObjectId>& descendants_;
  const std::set<ObjectId>& apart_;
  Form form_;
};

}  // namespace hotswap::db::postgres
