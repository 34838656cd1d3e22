#pragma once
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "db/catalog.h"
#include "db/scratch_database.h"
#include "db/script.h"
#include "db/session.h"
#include "db/vitals.h"
#include "domain/connection_string.h"
#include "domain/database.h"

namespace hotswap::db {

/// What an engine can do; code above db/ asks this and never which engine it has.
struct Capabilities {
  bool transactionalDdl = false;      ///< a schema change can be rolled back
  bool concurrentIndexBuild = false;  ///< indexes can be built while rows are written
  bool writingSubqueries = false;     ///< WITH takes INSERT and UPDATE … RETURNING
  bool locksWholeDatabase = false;    ///< who writes keeps others out of all of it, for moments also readers
  bool transactionOutcome = false;    ///< whether a transaction was committed can be found out afterwards
};

enum class TransactionOutcome { Committed, RolledBack, InProgress, Unknown };

/// Whose session holds HotSwap's lock of a database.
struct LockHolder {
  std::string application;         ///< its application name, or words for a session that is not to be seen
  std::string user;                ///< empty where unknown
  std::string from;                ///< the host it is connected from, empty where unknown
  std::optional<TimePoint> since;  ///< when that session began
};

/// Session settings that bound what a statement may do to others. Zero means none.
struct SessionLimits {
  Milliseconds lock{0};
  Milliseconds statement{0};
  Milliseconds idleInTransaction{0};
  friend bool operator==(const SessionLimits&, const SessionLimits&) = default;
};

/// One kind of database server: hands out the four interfaces. Safe from any thread; lives as long as the program.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  [[nodiscard]] virtual DatabaseType type() const = 0;
  [[nodiscard]] virtual Capabilities capabilities() const = 0;

  /// A new connection under that application name, within `timeout`. Throws SqlError (ConnectionRefused and others).
  [[nodiscard]] virtual std::unique_ptr<Session> connect(const ConnectionString& target,
                                                         std::string_view applicationName,
                                                         Milliseconds timeout) const = 0;
  /// As `connect`, and given up as soon as `stop` asks for it, by engines that can.
  [[nodiscard]] virtual std::unique_ptr<Session> connectUnlessStopped(const ConnectionString& target,
                                                                      std::string_view applicationName,
                                                                      Milliseconds timeout,
                                                                      const std::stop_token& /*stop*/) const {
    return connect(target, applicationName, timeout);
  }
  /// Sets the limits for the statements that follow in this session.
  virtual void setLimits(Session& session, const SessionLimits& limits) const = 0;
  /// What became of a transaction named by `Session::transactionId`; asked over a fresh session after a crash.
  [[nodiscard]] virtual TransactionOutcome transactionOutcome(Session& session,
                                                              const std::string& transactionId) const = 0;

  /// An empty database beside the one that `target` leads to, as like it as can be; nullptr by engines that have none.
  /// Throws SqlError; kind InsufficientPrivilege where the user may not make databases.
  [[nodiscard]] virtual std::unique_ptr<ScratchDatabase> makeScratchDatabase(const ConnectionString& /*target*/,
                                                                             Milliseconds /*timeout*/) const {
    return nullptr;
  }

  /// A name for the database that `session` is connected to, the same for as long as it lives, also after a fail-over,
  /// and another for every other database. Empty where the engine can't tell.
  [[nodiscard]] virtual std::string databaseIdentity(Session& /*session*/) const { return {}; }

  /// Takes HotSwap's lock of the database that `session` is connected to, for as long as the session lives; never waits
  /// for it. Nothing where it has it now, else who holds it. An engine that knows no such locks always gives it.
  [[nodiscard]] virtual std::optional<LockHolder> tryLockDatabase(Session& /*session*/) const { return std::nullopt; }
  /// Gives it back.
  virtual void unlockDatabase(Session& /*session*/) const {}

  /// The statement that checks at once what is deferred to the end of the transaction; empty where there is none.
  [[nodiscard]] virtual std::string_view deferredCheck() const { return {}; }
  /// Makes the session act as the user it was connected as, whatever role it has taken since.
  virtual void actAsConnectedUser(Session& /*session*/) const {}

  /// Says in the database what a table is for, where the engine has comments. `table`: quoted, with its schema.
  virtual void describeTable(Session& /*session*/, const std::string& /*table*/, std::string_view /*text*/) const {}
  /// The type of a column that numbers its rows from 1 by itself, and is their primary key.
  [[nodiscard]] virtual std::string_view rowNumberType() const { return "integer primary key"; }
  /// The type of a column that holds a moment. A moment is written as text in UTC, `2026-01-31T23:59:59.123Z`, and read
  /// in the same form by the expression `momentText`.
  [[nodiscard]] virtual std::string_view momentType() const { return "text"; }
  [[nodiscard]] virtual std::string momentText(std::string_view column) const { return std::string(column); }

  [[nodiscard]] virtual const Script& script() const = 0;
  [[nodiscard]] virtual const Catalog& catalog() const = 0;
  [[nodiscard]] virtual const SessionWatch& sessionWatch() const = 0;
  /// Vitals over `session`, which must outlive it. `hostIsLocal`: the server runs on this machine, so that its CPU can
  /// be read.
  [[nodiscard]] virtual std::unique_ptr<Vitals> vitals(Session& session, bool hostIsLocal) const = 0;
};

/// The engines that a program, or a part of it, works with, by type.
class Engines {
 public:
  void add(std::unique_ptr<Engine> engine);
  /// Throws Error (ValidationError) for a type that was not added; it names those that were.
  [[nodiscard]] const Engine& of(DatabaseType type) const;

 private:
  std::map<DatabaseType, std::unique_ptr<Engine>> engines_;
};

}  // namespace hotswap::db
