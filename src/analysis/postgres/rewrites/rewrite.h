#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/effects.h"
#include "analysis/postgres/known_schema.h"
#include "analysis/safer_script.h"
#include "db/postgres/tree_workshop.h"

namespace hotswap::analysis::postgres::rewrites {

/// What a rewrite looks at: one statement (of ALTER TABLE with a single action), and the schema around it. After it has
/// the names that the server gives to what the statement leaves nameless.
struct Given {
  const PgQuery__Node& tree;
  const Effects& effects;
  const KnownSchema& before;
  const KnownSchema& after;
  std::chrono::sys_days today;
};

/// Takes the steps of a safe form, as trees. A statement that can't be written as SQL spoils the whole form.
class Draft {
 public:
  /// Makes the trees; they live as long as the draft.
  db::postgres::TreeWorkshop trees;

  /// A step: statements in a transaction of their own.
  void step(const std::vector<PgQuery__Node*>& statements);
  /// A step that can't run in a transaction.
  void stepAlone(PgQuery__Node* statement);
  /// A step that changes the rows of a whole table; `key`: the columns by which it can be gone through in batches.
  void stepInBatches(PgQuery__Node* statement, const std::vector<std::string>& key);
  /// A comment to stand before a statement, which may be a directive: `hotswap: …`. Said before its step is written.
  void say(const PgQuery__Node* statement, std::string_view comment);
  /// A statement for later; `when`: what must be so by then, as a clause.
  void later(PgQuery__Node* statement, std::string when);

  /// The steps of another draft behind those of this one.
  void append(Draft&& other);

  [[nodiscard]] bool empty() const { return form_.steps.empty(); }
  /// The form with all its steps; nothing where there are none, or one of them could not be written.
  std::optional<SafeForm> finish();

 private:
  std::string sqlOf(const PgQuery__Node& statement);

  SafeForm form_;
  std::map<const PgQuery__Node*, std::string> comments_;
  bool spoilt_ = false;
};

/// One rewrite: writes down the safe form of a statement. Holds no state and never throws for bad SQL.
struct Rewrite {
  std::string_view id;                  ///< `create-index`: lower case, words joined by hyphens
  std::vector<std::string_view> rules;  ///< whose findings it is an answer to
  /// False, with nothing drafted, where the statement is another one, is safe as it stands, or has no safe form.
  bool (*write)(const Given& given, Draft& draft) = nullptr;
};

}  // namespace hotswap::analysis::postgres::rewrites
