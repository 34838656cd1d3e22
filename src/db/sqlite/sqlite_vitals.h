#pragma once
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "db/vitals.h"

namespace hotswap::db::sqlite {

/// SQLite has no server that counts anything: readings are empty but for their time.
class SqliteVitals final : public Vitals {
 public:
  explicit SqliteVitals(Session& session) : session_(session) {}
  VitalsReading read() override;
  std::chrono::duration<double, std::milli> probe() override;
  InstanceRole role() override { return InstanceRole::Primary; }
  std::optional<double> replicationLag() override { return std::nullopt; }

 private:
  Session& session_;
};

/// Nobody sees another connection to an SQLite file: nobody is found and nobody can be ended.
class SqliteSessionWatch final : public SessionWatch {
 public:
  bool seesAll(Session& /*session*/) const override { return true; }
  std::vector<BlockedSession> blockedBy(Session& /*session*/, std::int64_t /*backendId*/) const override { return {}; }
  std::vector<BlockedSession> blockersOf(Session& /*session*/, std::int64_t /*backendId*/) const override { return {}; }
  std::vector<LongTransaction> longTransactions(Session& /*session*/, Seconds /*age*/) const override { return {}; }
  std::optional<StatementProgress> progressOf(Session& /*session*/, std::int64_t /*backendId*/) const override {
    return std::nullopt;
  }
  int endSessions(Session& /*session*/, std::string_view /*applicationName*/,
                  Milliseconds /*patience*/) const override {
    return 0;
  }
};

}  // namespace hotswap::db::sqlite
