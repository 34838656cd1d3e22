#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <span>
#include <string>
#include <vector>

#include "analysis/effects.h"
#include "analysis/postgres/known_schema.h"
#include "analysis/rule_info.h"
#include "db/script.h"
#include "domain/report.h"

namespace hotswap::analysis::postgres::rules {

/// A statement of the script that has been looked at, with what it did.
struct Past {
  const db::Statement& statement;
  Effects effects;
  std::size_t unit = 0;  ///< statements with one number run in one transaction
};

/// What a rule looks at: one statement, and everything around it.
struct Look {
  const db::Statement& statement;
  const PgQuery__Node& tree;
  std::size_t unit = 0;
  const Effects& effects;
  const KnownSchema& before;   ///< the schema as the statement finds it
  const KnownSchema& after;    ///< and as it leaves it
  std::span<const Past> past;  ///< the statements of the script before it, in order

  /// The statements before it in its own transaction.
  [[nodiscard]] std::vector<const Past*> inTransaction() const;
};

/// Takes what a rule has to say of the statement it looks at.
class Remarks {
 public:
  Remarks(const RuleInfo& rule, const db::Statement& statement, std::size_t index, std::vector<Finding>& findings)
      : rule_(rule), statement_(statement), index_(index), findings_(findings) {}

  /// `message`: what would happen, on which object, as a sentence. `recommendation`: what to write or do instead.
  void add(std::string message, std::string recommendation);
  /// The same at a place inside the statement: a `location` of its parse tree (a byte of the statement), -1 for its
  /// start.
  void addAt(int location, std::string message, std::string recommendation);

 private:
  const RuleInfo& rule_;
  const db::Statement& statement_;
  std::size_t index_;
  std::vector<Finding>& findings_;
};

/// One rule: judges a statement by what it does. Holds no state and never throws for bad SQL.
struct Rule {
  RuleInfo info;
  void (*check)(const Look& look, Remarks& remarks) = nullptr;
};

}  // namespace hotswap::analysis::postgres::rules
