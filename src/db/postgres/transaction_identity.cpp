#include "db/postgres/transaction_identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace hotswap::db::postgres {

namespace {

constexpr int oldNames = 130000;  ///< before, the functions were called txid_current and txid_status
constexpr std::string_view timeline = "substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)";

bool isNumber(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

TransactionOutcome parse(const std::string& status) {
  if (status == "committed") return TransactionOutcome::Committed;
  if (status == "aborted") return TransactionOutcome::RolledBack;
  return status == "in progress" ? TransactionOutcome::InProgress : TransactionOutcome::Unknown;
}

}  // namespace

TransactionIdentity identify(Session& session) {
  const std::string_view number = session.serverVersion() < oldNames ? "txid_current()" : "pg_current_xact_id()";
  // Whatever the script has set: what is called committed must be on the disk.
  const Rows rows = session.query(
      fmt::format("select {}::text, {}, pg_logical_emit_message(true, 'hotswap', '')::text, "
                  "set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on' "
                  "else current_setting('synchronous_commit') end, true)",
                  number, timeline));
  return {.name = rows.text(0, 0) + "@" + rows.text(0, 1), .logPosition = rows.text(0, 2)};
}

void flushLog(Session& session, const std::string& logPosition) {
  // `local`: no waiting for standbys. It holds for this statement, whose end is the commit that flushes.
  session.query("select set_config('synchronous_commit', 'local', true), pg_logical_emit_message(true, 'hotswap', '')");
  const std::array<Value, 1> parameters{logPosition};
  if (session.query("select pg_current_wal_flush_lsn() >= $1::pg_lsn", parameters).boolean(0, 0)) return;
  throw SqlError({.kind = SqlErrorKind::Other,
                  .sqlState = {},
                  .message = "The server has not flushed its log at a commit.",
                  .detail = {},
                  .hint = {}},
                 {});
}

TransactionOutcome outcomeOf(Session& session, const std::string& name) {
  const std::size_t at = name.find('@');
  if (at == std::string::npos || !isNumber(std::string_view(name).substr(0, at))) return TransactionOutcome::Unknown;
  const std::string_view status =
      session.serverVersion() < oldNames ? "txid_status($1::bigint)" : "pg_xact_status($1::xid8)";
  const std::array<Value, 1> parameters{name.substr(0, at)};
  try {
    // A standby has no timeline of its own to write on: what it says is not about the server that was asked before.
    const Rows rows = session.query(
        fmt::format("select {}, case when not pg_is_in_recovery() then {} end", status, timeline), parameters);
    const TransactionOutcome outcome = parse(rows.text(0, 0));
    // On another timeline the number may have been given out anew. If so, ours is lost: "aborted" is true in any case.
    const bool same = rows.at(0, 1) == Value(name.substr(at + 1));
    return same || outcome == TransactionOutcome::RolledBack ? outcome : TransactionOutcome::Unknown;
  } catch (const SqlError& error) {
    // Class 22: a number no transaction of this server has had yet, as after a restore of an older state.
    if (error.failure().sqlState.starts_with("22")) return TransactionOutcome::Unknown;
    throw;
  }
}

}  // namespace hotswap::db::postgres
