#include "db/postgres/postgres_scratch_database.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>

#include "db/postgres/postgres_session.h"
#include "observe/log.h"

namespace hotswap::db::postgres {

namespace {

constexpr std::string_view keeperName = "hotswap/rehearsal";
constexpr Milliseconds longestDrop{30'000};

/// Those whose keeper is gone. A process id may have been given to another since: such a one waits for the next time.
constexpr const char* abandoned = R"(
select /* hotswap */ d.datname from pg_database d
where d.datname ~ '^hotswap_rehearsal_[0-9]{14}_[0-9]{1,9}$' and pg_has_role(d.datdba, 'usage')
  and to_timestamp(split_part(d.datname, '_', 3), 'YYYYMMDDHH24MISS')::timestamp < (now() at time zone 'UTC') - interval '10 minutes'
  and not exists (select from pg_stat_activity a
                  where a.pid = split_part(d.datname, '_', 4)::int and a.application_name = $1))";

/// The order to make it, with what the present database has of encoding and locale; providers came with versions 15
/// (ICU) and 17 (the server's own).
constexpr const char* makeOrder = R"(
select /* hotswap */ format('create database %I template template0 encoding %L lc_collate %L lc_ctype %L', $1::text,
    pg_encoding_to_char(encoding), datcollate, datctype)
  || case to_jsonb(d) ->> 'datlocprovider'
       when 'c' then ' locale_provider libc'
       when 'i' then format(' locale_provider icu icu_locale %L', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))
       when 'b' then format(' locale_provider builtin builtin_locale %L', to_jsonb(d) ->> 'datlocale')
       else '' end
from pg_database d where datname = current_database())";

void drop(PostgresSession& session, const std::string& name) {
  session.setLimits({.lock = {}, .statement = longestDrop, .idleInTransaction = {}});
  const bool canForce = session.serverVersion() >= 130000;
  if (!canForce) {
    const std::array<Value, 1> parameters{name};
    session.query("select /* hotswap */ pg_terminate_backend(pid) from pg_stat_activity where datname = $1",
                  parameters);
  }
  session.execute(fmt::format("drop database if exists {}{}", quoteIdentifier(name), canForce ? " with (force)" : ""));
}

class PostgresScratchDatabase final : public ScratchDatabase {
 public:
  PostgresScratchDatabase(const ConnectionString& target, Milliseconds timeout)
      : target_(target), timeout_(timeout), keeper_(std::make_unique<PostgresSession>(target, keeperName, timeout)) {
    keeper_->setLimits({.lock = timeout, .statement = timeout, .idleInTransaction = {}});
    // It is idle for as long as the database is used.
    if (keeper_->serverVersion() >= 140000) keeper_->execute("set idle_session_timeout = 0");
    sweep();
    const Rows named = keeper_->query(
        "select /* hotswap */ format('hotswap_rehearsal_%s_%s', to_char(now() at time zone 'UTC', 'YYYYMMDDHH24MISS'), "
        "pg_backend_pid())");
    name_ = named.text(0, 0);
    const std::array<Value, 1> parameters{name_};
    keeper_->execute(keeper_->query(makeOrder, parameters).text(0, 0));
    connection_ = target.with("dbname", name_);
  }
  PostgresScratchDatabase(const PostgresScratchDatabase&) = delete;
  PostgresScratchDatabase& operator=(const PostgresScratchDatabase&) = delete;

  ~PostgresScratchDatabase() override {
    try {
      if (droppedByKeeper()) return;
      PostgresSession fresh(target_, keeperName, timeout_);
      drop(fresh, name_);
    } catch (const std::exception& error) {
      observe::logWarning(
          fmt::format("The scratch database {} could not be dropped: {} The next rehearsal on that server drops it.",
                      name_, error.what()));
    }
  }

  [[nodiscard]] const ConnectionString& connection() const override { return connection_; }

 private:
  /// False where the keeper's connection is lost.
  bool droppedByKeeper() {
    if (!keeper_->usable()) return false;
    try {
      drop(*keeper_, name_);
    } catch (const SqlError& error) {
      if (error.recovery().connectionUsable) throw;
      return false;
    }
    return true;
  }

  /// What others have left must not stop us.
  void sweep() {
    const std::array<Value, 1> parameters{std::string(keeperName)};
    const Rows rows = keeper_->query(abandoned, parameters);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      try {
        drop(*keeper_, rows.text(row, 0));
        observe::logInfo(fmt::format("dropped the scratch database {}, which a rehearsal had left", rows.text(row, 0)));
      } catch (const SqlError& error) {
        if (!error.recovery().connectionUsable) throw;
        observe::logWarning(
            fmt::format("The scratch database {} could not be dropped: {}", rows.text(row, 0), error.what()));
      }
    }
    keeper_->setLimits({.lock = timeout_, .statement = timeout_, .idleInTransaction = {}});
  }

  ConnectionString target_;
  Milliseconds timeout_;
  std::unique_ptr<PostgresSession> keeper_;
  std::string name_;
  ConnectionString connection_;
};

}  // namespace

std::unique_ptr<ScratchDatabase> makeScratchDatabase(const ConnectionString& target, Milliseconds timeout) {
  return std::make_unique<PostgresScratchDatabase>(target, timeout);
}

}  // namespace hotswap::db::postgres
