#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "db/session.h"

namespace hotswap::db::postgres {

/// Which process of which server works for a session, so that another session can tell whether it still does.
struct Backend {
  std::int64_t pid = 0;
  std::string started;  ///< microseconds since the epoch; tells it from a later process of the same number
  std::string server;   ///< its address and identity: behind a balancer the next session may reach another server
};

/// Whom `session` talks to; empty where a pooler stands between, so that the process may change at any time.
/// `announced` is the process number that the connection was given when it was made.
std::optional<Backend> backendOf(Session& session, std::int64_t announced);

enum class Presence {
  Working,   ///< it runs something
  Finished,  ///< it waits for its client, or is gone: no answer is to be expected from it any more
  Unknown,   ///< this is another server, or it doesn't tell
};

/// What `backend` does, asked over another session of the same user.
Presence presenceOf(Session& asking, const Backend& backend);

}  // namespace hotswap::db::postgres
