#include "db/postgres/postgres_engine.h"

#include <fmt/format.h>

#include "db/postgres/database_lock.h"
#include "db/postgres/postgres_catalog.h"
#include "db/postgres/postgres_scratch_database.h"
#include "db/postgres/postgres_script.h"
#include "db/postgres/postgres_session.h"
#include "db/postgres/postgres_session_watch.h"
#include "db/postgres/postgres_vitals.h"
#include "db/postgres/transaction_identity.h"

namespace hotswap::db::postgres {

namespace {

class PostgresEngine final : public Engine {
 public:
  [[nodiscard]] DatabaseType type() const override { return DatabaseType::PostgreSQL; }
  [[nodiscard]] Capabilities capabilities() const override {
    return {
        .transactionalDdl = true, .concurrentIndexBuild = true, .writingSubqueries = true, .transactionOutcome = true};
  }

  [[nodiscard]] std::unique_ptr<Session> connect(const ConnectionString& target, std::string_view applicationName,
                                                 Milliseconds timeout) const override {
    return std::make_unique<PostgresSession>(target, applicationName, timeout);
  }

  [[nodiscard]] std::unique_ptr<Session> connectUnlessStopped(const ConnectionString& target,
                                                              std::string_view applicationName, Milliseconds timeout,
                                                              const std::stop_token& stop) const override {
    return std::make_unique<PostgresSession>(target, applicationName, timeout, PostgresSession::usualSilence, stop);
  }

  void setLimits(Session& session, const SessionLimits& limits) const override {
    dynamic_cast<PostgresSession&>(session).setLimits(limits);
  }

  [[nodiscard]] TransactionOutcome transactionOutcome(Session& session,
                                                      const std::string& transactionId) const override {
    return outcomeOf(session, transactionId);
  }

  [[nodiscard]] std::optional<LockHolder> tryLockDatabase(Session& session) const override { return tryLock(session); }
  void unlockDatabase(Session& session) const override { unlock(session); }

  [[nodiscard]] std::unique_ptr<ScratchDatabase> makeScratchDatabase(const ConnectionString& target,
                                                                     Milliseconds timeout) const override {
    return postgres::makeScratchDatabase(target, timeout);
  }

  [[nodiscard]] std::string databaseIdentity(Session& session) const override {
    return session
        .query(
            "select /* hotswap */ (select system_identifier from pg_control_system()) || '/' || oid from pg_database "
            "where datname = current_database()")
        .text(0, 0);
  }

  [[nodiscard]] std::string_view deferredCheck() const override { return "set constraints all immediate"; }
  void actAsConnectedUser(Session& session) const override { session.execute("reset session authorization"); }
  void describeTable(Session& session, const std::string& table, std::string_view text) const override {
    std::string quoted;
    for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
    session.execute(fmt::format("comment on table {} is '{}'", table, quoted));
  }
  [[nodiscard]] std::string_view rowNumberType() const override {
    return "bigint generated always as identity primary key";
  }
  [[nodiscard]] std::string_view momentType() const override { return "timestamp with time zone"; }
  [[nodiscard]] std::string momentText(std::string_view column) const override {
    return fmt::format(R"(to_char({} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))", column);
  }

  [[nodiscard]] const Script& script() const override { return script_; }
  [[nodiscard]] const Catalog& catalog() const override { return catalog_; }
  [[nodiscard]] const SessionWatch& sessionWatch() const override { return sessionWatch_; }
  [[nodiscard]] std::unique_ptr<Vitals> vitals(Session& session, bool hostIsLocal) const override {
    return std::make_unique<PostgresVitals>(session, hostIsLocal);
  }

 private:
  PostgresScript script_;
  PostgresCatalog catalog_;
  PostgresSessionWatch sessionWatch_;
};

}  // namespace

std::unique_ptr<Engine> makeEngine() { return std::make_unique<PostgresEngine>(); }

}  // namespace hotswap::db::postgres
