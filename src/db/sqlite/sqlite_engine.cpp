#include "db/sqlite/sqlite_engine.h"

#include "db/sqlite/sqlite_catalog.h"
#include "db/sqlite/sqlite_script.h"
#include "db/sqlite/sqlite_session.h"
#include "db/sqlite/sqlite_vitals.h"

namespace hotswap::db::sqlite {

namespace {

SqliteSession& own(Session& session) { return dynamic_cast<SqliteSession&>(session); }

class SqliteEngine final : public Engine {
 public:
  [[nodiscard]] DatabaseType type() const override { return DatabaseType::SQLite; }
  [[nodiscard]] Capabilities capabilities() const override {
    return {.transactionalDdl = true, .locksWholeDatabase = true};
  }

  [[nodiscard]] std::unique_ptr<Session> connect(const ConnectionString& target, std::string_view applicationName,
                                                 Milliseconds /*timeout*/) const override {
    return std::make_unique<SqliteSession>(target, applicationName);
  }

  void setLimits(Session& session, const SessionLimits& limits) const override { own(session).setLimits(limits); }

  [[nodiscard]] TransactionOutcome transactionOutcome(Session& /*session*/,
                                                      const std::string& /*transactionId*/) const override {
    return TransactionOutcome::Unknown;
  }

  [[nodiscard]] std::string databaseIdentity(Session& session) const override { return own(session).identity(); }

  [[nodiscard]] std::optional<LockHolder> tryLockDatabase(Session& session) const override {
    return own(session).databaseLock().tryTake(own(session).applicationName());
  }
  void unlockDatabase(Session& session) const override { own(session).databaseLock().release(); }

  [[nodiscard]] const Script& script() const override { return script_; }
  [[nodiscard]] const Catalog& catalog() const override { return catalog_; }
  [[nodiscard]] const SessionWatch& sessionWatch() const override { return sessionWatch_; }
  [[nodiscard]] std::unique_ptr<Vitals> vitals(Session& session, bool /*hostIsLocal*/) const override {
    return std::make_unique<SqliteVitals>(session);
  }

 private:
  SqliteScript script_;
  SqliteCatalog catalog_;
  SqliteSessionWatch sessionWatch_;
};

}  // namespace

std::unique_ptr<Engine> makeEngine() { return std::make_unique<SqliteEngine>(); }

}  // namespace hotswap::db::sqlite
