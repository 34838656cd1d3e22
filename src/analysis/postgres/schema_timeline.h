#pragma once
#include <memory>
#include <string>

#include "analysis/effects.h"
#include "analysis/postgres/known_schema.h"
#include "analysis/postgres/statement_effects.h"
#include "db/postgres/parse_tree.h"

namespace hotswap::analysis::postgres {

/// Goes through a script (or several, one after the other) and knows the schema before and after each statement. Two
/// schemas are kept, one a statement behind the other, so that none is ever copied.
class SchemaTimeline {
 public:
  /// From a loaded schema, or an empty one where there is no server.
  explicit SchemaTimeline(const KnownSchema& start) : before_(start), after_(start) {}

  /// Plays one statement that Script::parse has taken. Throws Error (Unavailable) where no thread can be had for one
  /// that is nested deeply.
  Effects advance(const db::Statement& statement);
  Effects advance(const std::string& sql);
  /// The script is over: what it has made is somebody's from now on.
  void settle();

  [[nodiscard]] const KnownSchema& before() const { return before_; }
  [[nodiscard]] const KnownSchema& after() const { return after_; }
  /// The tree of the newest statement, nothing where it could not be read.
  [[nodiscard]] const PgQuery__Node* statement() const;

 private:
  /// `tree()` gives that of the statement, on a stack deep enough for it.
  template <class Tree>
  Effects play(std::size_t bytes, const Tree& tree);

  KnownSchema before_;
  KnownSchema after_;
  std::shared_ptr<const db::postgres::KeptTree> newest_;
  std::size_t newestBytes_ = 0;
};

}  // namespace hotswap::analysis::postgres
