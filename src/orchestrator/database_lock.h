#pragma once
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "db/engine.h"
#include "domain/connection_string.h"

namespace hotswap::orchestrator {

/// The lock of a database on its own server, held by a session that does nothing else: two registered databases, or two
/// services, that reach the same physical one take turns. Held until it is destroyed. Used by one thread.
class DatabaseLock {
 public:
  /// `applicationName`: of the execution; the lock's session has a name of its own below it, so that it outlives the
  /// sessions that a run ends.
  DatabaseLock(const db::Engine& engine, ConnectionString connection, const std::string& applicationName,
               Milliseconds connectTimeout);
  ~DatabaseLock();
  DatabaseLock(const DatabaseLock&) = delete;
  DatabaseLock& operator=(const DatabaseLock&) = delete;

  /// Takes it, where it isn't held already; waits for its turn until `stop`. `onWait` is called once with the
  /// application name of who holds it. False where it was stopped before. A lock that was lost with its session is
  /// taken anew. Throws db::SqlError where the server can't be reached or doesn't let us.
  bool take(Clock& clock, const std::stop_token& stop, const std::function<void(const std::string&)>& onWait);

 private:
  bool held();
  void connect();

  const db::Engine& engine_;
  ConnectionString connection_;
  std::string applicationName_;
  Milliseconds connectTimeout_;
  std::unique_ptr<db::Session> session_;
  bool taken_ = false;
};

}  // namespace hotswap::orchestrator
