#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <functional>
#include <string>
#include <vector>

#include "analysis/effects.h"
#include "analysis/postgres/known_schema.h"
#include "analysis/postgres/rules/history.h"
#include "analysis/rule_info.h"
#include "db/script.h"
#include "domain/report.h"

namespace hotswap::analysis::postgres::rules {

/// What a rule looks at: one statement, and everything around it.
struct Look {
  const db::Statement& statement;
  const PgQuery__Node& tree;
  const Effects& effects;
  const KnownSchema& before;  ///< the schema as the statement finds it
  const KnownSchema& after;   ///< and as it leaves it
  const History& history;     ///< what the script has done before it
};

/// Something a rule will have to say of a statement if that is still so at the end of the script.
struct Pending {
  std::size_t statement = 0;
  std::function<bool(const KnownSchema& end)> holds;
  Finding finding;
};

/// Takes what a rule has to say of the statement it looks at.
class Remarks {
 public:
  Remarks(const RuleInfo& rule, const db::Statement& statement, std::size_t index, std::vector<Finding>& findings,
          std::vector<Pending>& pending)
      : rule_(rule), statement_(statement), index_(index), findings_(findings), pending_(pending) {}

  /// `message`: what would happen, on which object, as a sentence. `recommendation`: what to write or do instead.
  void add(std::string message, std::string recommendation);
  /// The same at a place inside the statement: a `location` of its parse tree (a byte of the statement), -1 for its
  /// start.
  void addAt(int location, std::string message, std::string recommendation);
  /// The same, if `holds` says so of the schema that the whole script leaves: what a later statement sets right is
  /// nothing to speak of. `holds` keeps copies of what it needs.
  void addIfItStays(std::function<bool(const KnownSchema& end)> holds, std::string message, std::string recommendation);

 private:
  const RuleInfo& rule_;
  const db::Statement& statement_;
  std::size_t index_;
  std::vector<Finding>& findings_;
  std::vector<Pending>& pending_;
};

/// One rule: judges a statement by what it does. Holds no state and never throws for bad SQL.
struct Rule {
  RuleInfo info;
  void (*check)(const Look& look, Remarks& remarks) = nullptr;
};

}  // namespace hotswap::analysis::postgres::rules
