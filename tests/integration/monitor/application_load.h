#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "db/engine.h"
#include "db/postgres/postgres_engine.h"
#include "support/postgres_cluster.h"

namespace hotswap::monitor {

inline const db::Engine& engine() {
  static const std::unique_ptr<db::Engine> postgres = db::postgres::makeEngine();
  return *postgres;
}

/// A small application: a few clients that each send a statement, pause, and begin again. A client whose connection
/// breaks comes back.
class ApplicationLoad {
 public:
  ApplicationLoad(const support::PostgresCluster& cluster, const std::string& database, const std::string& sql,
                  int clients, Milliseconds pause) {
    for (int client = 0; client < clients; ++client) {
      clients_.emplace_back([this, &cluster, database, sql, pause](const std::stop_token& stop) {
        std::unique_ptr<db::Session> session;
        while (!stop.stop_requested()) {
          try {
            if (!session) session = engine().connect(cluster.connection(database), "shop", std::chrono::seconds(5));
            session->query(sql);
            ++calls_;
          } catch (const db::SqlError&) {
            session.reset();
          }
          std::this_thread::sleep_for(pause);
        }
      });
    }
  }
  [[nodiscard]] int calls() const { return calls_; }

 private:
  std::atomic<int> calls_{0};
  std::vector<std::jthread> clients_;
};

}  // namespace hotswap::monitor
