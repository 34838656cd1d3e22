#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "db/engine.h"
#include "db/postgres/postgres_engine.h"
#include "support/postgres_cluster.h"

namespace hotswap::db::postgres {

inline const Engine& engine() {
  static const std::unique_ptr<Engine> made = makeEngine();
  return *made;
}

inline std::unique_ptr<Session> connectTo(const ConnectionString& target,
                                          Milliseconds timeout = std::chrono::seconds(20)) {
  return engine().connect(target, "hotswap/test", timeout);
}

/// The error that `action` throws; the test fails where it throws none.
template <class Action>
SqlError errorOf(Action action) {
  try {
    action();
  } catch (const SqlError& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return SqlError({}, {});
}

/// The one number that `sql` answers, asked on a session of its own.
inline std::int64_t numberFrom(const ConnectionString& target, const std::string& sql) {
  return connectTo(target)->query(sql).integer(0, 0);
}

}  // namespace hotswap::db::postgres
