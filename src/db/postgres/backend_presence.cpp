#include "db/postgres/backend_presence.h"

#include <fmt/format.h>

#include <array>

namespace hotswap::db::postgres {

namespace {

/// As a number: how a moment is written depends on settings, which a script may change for the sessions after it.
constexpr const char* startedSql = "(extract(epoch from backend_start) * 1000000)::bigint::text";
constexpr const char* serverSql =
    "concat_ws(' ', inet_server_addr(), inet_server_port(), (select system_identifier from pg_control_system()))";

}  // namespace

std::optional<Backend> backendOf(Session& session, std::int64_t announced) {
  const Rows rows = session.query(
      fmt::format("select /* hotswap */ pg_backend_pid(), (select {} from pg_stat_get_activity(pg_backend_pid())), {}",
                  startedSql, serverSql));
  if (rows.integer(0, 0) != announced) return std::nullopt;
  return Backend{.pid = announced, .started = rows.text(0, 1), .server = rows.text(0, 2)};
}

Presence presenceOf(Session& asking, const Backend& backend) {
  const std::array<Value, 2> parameters{std::to_string(backend.pid), backend.started};
  const Rows rows = asking.query(
      fmt::format("select /* hotswap */ {0}, (select state from pg_stat_get_activity($1::int) where {1} = $2), "
                  "exists (select from pg_stat_get_activity($1::int) where {1} = $2)",
                  serverSql, startedSql),
      parameters);
  if (rows.text(0, 0) != backend.server) return Presence::Unknown;
  if (rows.text(0, 2) != "t") return Presence::Finished;
  const std::string state = rows.text(0, 1);
  if (state == "active" || state == "fastpath function call") return Presence::Working;
  return state.starts_with("idle") ? Presence::Finished : Presence::Unknown;
}

}  // namespace hotswap::db::postgres
