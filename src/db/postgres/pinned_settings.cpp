#include "db/postgres/pinned_settings.h"

#include <fmt/format.h>

#include "observe/log.h"

namespace hotswap::db::postgres {

namespace {

constexpr const char* pin = R"(
select pg_catalog.set_config('search_path', 'pg_catalog', true), pg_catalog.set_config('datestyle', 'ISO, YMD', true),
  pg_catalog.set_config('intervalstyle', 'postgres', true), pg_catalog.set_config('timezone', 'UTC', true), pg_catalog.set_config('extra_float_digits', '3', true),
  pg_catalog.set_config('quote_all_identifiers', 'off', true), pg_catalog.set_config('bytea_output', 'hex', true),
  pg_catalog.set_config('lock_timeout', '500ms', true))";

bool isRaceWithSomebodyElse(const SqlError& error) {
  return error.failure().sqlState == "XX000" || error.kind() == SqlErrorKind::MissingObject ||
         error.kind() == SqlErrorKind::LockTimeout || error.kind() == SqlErrorKind::Deadlock;
}

}  // namespace

PinnedSettings::PinnedSettings(Session& session) : session_(session), ownTransaction_(!session.inTransaction()) {
  if (ownTransaction_) {
    session_.begin();
  } else {
    session_.execute("savepoint hotswap_before");
  }
  try {
    session_.query(pin);
    session_.execute("savepoint hotswap_pinned");
  } catch (...) {
    if (session_.usable()) release();
    throw;
  }
}

PinnedSettings::~PinnedSettings() {
  if (released_ || !session_.usable()) return;
  try {
    release();
  } catch (const Error& error) {
    observe::logWarning(fmt::format("The settings of a session could not be put back: {}", error.what()));
  }
}

Rows PinnedSettings::read(std::string_view sql, std::span<const Value> parameters) {
  constexpr int mostAttempts = 10;
  for (int attempt = 1;; ++attempt) {
    try {
      Rows rows = session_.query(sql, parameters);
      letGo();
      return rows;
    } catch (const SqlError& error) {
      if (!isRaceWithSomebodyElse(error) || attempt == mostAttempts || !session_.usable()) throw;
    }
    letGo();
  }
}

void PinnedSettings::letGo() { session_.execute("rollback to savepoint hotswap_pinned"); }

void PinnedSettings::release() {
  released_ = true;
  if (ownTransaction_) {
    session_.rollback();
  } else {
    session_.execute("rollback to savepoint hotswap_before");
    session_.execute("release savepoint hotswap_before");
  }
}

}  // namespace hotswap::db::postgres
