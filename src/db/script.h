#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace hotswap::db {

/// How long a statement may hold which kind of lock, which decides its timeouts.
enum class LockClass {
  Strong,  ///< blocks reads or writes while it runs: short statement timeout
  Weak,    ///< lets reads and writes go on (concurrent builds, VALIDATE): bounded by the execution alone
  Data,    ///< changes rows: row locks only
  None,    ///< reads, or sets something of the session
};

/// What a statement does to an index built without blocking; the executor needs it to clean up and to show progress.
struct ConcurrentBuild {
  enum class Kind { Create, Reindex, Drop } kind = Kind::Create;
  std::string
      schema;  ///< of the index (DROP, REINDEX INDEX) or of the table (CREATE); empty where the script doesn't say
  std::string table;  ///< CREATE, REINDEX TABLE: the table; empty otherwise
  std::string index;  ///< the index; empty for an unnamed CREATE or a REINDEX of a whole table, schema or database
};

/// ALTER TABLE … DETACH PARTITION … CONCURRENTLY, names as written in the script; the executor needs it to clean up.
struct ConcurrentDetach {
  std::string parentSchema;  ///< empty where the script doesn't say
  std::string parent;
  std::string schema;  ///< of the partition; empty where the script doesn't say
  std::string partition;
};

/// An object that a statement needs or makes, as written in the script.
struct ObjectReference {
  enum class Kind {
    Table,
    Column,
    Index,
    View,
    Sequence,
    Function,
    Type,
    Schema,
    Constraint,
    Trigger,
    Other
  } kind = Kind::Table;
  std::string schema;  ///< empty where the script doesn't say
  std::string name;
  std::string table;      ///< for columns, constraints, triggers, new indexes: of which table
  bool ifExists = false;  ///< the statement says IF EXISTS (needs) or IF NOT EXISTS / OR REPLACE (makes)
};

/// What an engine's parser made of a statement; only the engine's own parts know what it is.
class StatementTree {
 public:
  StatementTree() = default;
  StatementTree(const StatementTree&) = delete;
  StatementTree& operator=(const StatementTree&) = delete;
  virtual ~StatementTree() = default;
};

/// One statement of a script.
struct Statement {
  std::string sql;            ///< without the closing semicolon, leading comments and white space removed
  std::size_t offset = 0;     ///< of its first byte in the script
  Position position;          ///< of its first character in the script
  std::string kind;           ///< as a person would call it: `CREATE INDEX`, `ALTER TABLE`, `UPDATE`, …
  bool transactional = true;  ///< can run inside a transaction
  bool beginsUnit = false;    ///< a comment before it wants what stands above to be committed first
  LockClass lockClass = LockClass::Strong;
  bool changesData = false;         ///< INSERT, UPDATE, DELETE, MERGE, TRUNCATE, COPY, DO, a call of a procedure
  bool transactionControl = false;  ///< BEGIN, COMMIT, ROLLBACK, SAVEPOINT …: refused, HotSwap owns the transactions
  bool additive = false;            ///< only adds something nobody uses yet, under a weak or short lock
  bool destructive = false;         ///< drops, renames, changes a type, truncates, deletes rows
  bool rewrites = false;            ///< rewrites a whole table, as far as the text tells (its size is not known here)
  bool opaque = false;              ///< may change more than its text tells: DO, CALL, functions, extensions, CASCADE
  bool clientCopy = false;          ///< wants rows from the client or sends it some: COPY FROM STDIN, COPY TO STDOUT
  bool setsSearchPath = false;      ///< names without a schema mean something else after it
  std::optional<ConcurrentBuild> concurrentBuild;
  std::optional<ConcurrentDetach> concurrentDetach;
  std::string indexShape;  ///< CREATE INDEX: what it is apart from its name and table; equal for equal indexes
  std::vector<ObjectReference> makes;  ///< objects that come into being
  std::vector<ObjectReference> drops;  ///< objects that must exist and go away
  std::vector<ObjectReference> needs;  ///< objects that must exist (without those made earlier in the same statement)
  std::shared_ptr<const StatementTree> tree;  ///< of `sql`, where it was asked for and is kept
};

/// A script with more statements is not taken: each costs memory many times its length.
constexpr std::size_t mostStatements = 10'000;

/// A place in a script where the engine's grammar is broken.
struct SyntaxError {
  std::string message;     ///< the grammar's own words
  std::size_t offset = 0;  ///< byte in the script
  Position position;
  /// 0, or how many statements the script has, where that is more than mostStatements. The grammar was not asked then,
  /// and the place is the first statement too many.
  std::size_t statementsInAll = 0;
};

struct ParsedScript {
  std::vector<Statement> statements;
  std::optional<SyntaxError> error;  ///< the first; `statements` is empty then
};

/// A comment of a script.
struct Comment {
  std::string text;        ///< without its marks and the white space around it
  std::size_t offset = 0;  ///< of its first byte in the script
  Position position;       ///< of its first character in the script
};

/// What becomes of the trees of the statements.
enum class Trees {
  Dropped,
  Kept  ///< those of short statements, for whoever looks at them next; they take many times the length of the text
};

/// What comments begin with that speak to HotSwap.
constexpr std::string_view directivePrefix = "hotswap:";

/// Splits and parses scripts by the engine's own grammar. Safe from any thread.
class Script {
 public:
  Script() = default;
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;
  virtual ~Script() = default;

  /// Never throws for bad SQL: that is what `error` is for. An empty script has no statements and no error.
  [[nodiscard]] ParsedScript parse(std::string_view script, Trees trees = Trees::Dropped) const;

  /// The comments whose text begins with `prefix`, in order; none where the script can't be read. What stands in a
  /// string or in the body of a function is no comment.
  [[nodiscard]] std::vector<Comment> comments(std::string_view script, std::string_view prefix) const;

 private:
  /// As `parse`, comments left out of account.
  [[nodiscard]] virtual ParsedScript parseStatements(std::string_view script, Trees trees) const = 0;
  /// Every comment with its marks, in order.
  [[nodiscard]] virtual std::vector<std::string_view> allComments(std::string_view script) const = 0;
};

}  // namespace hotswap::db
