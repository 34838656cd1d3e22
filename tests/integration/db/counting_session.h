#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "db/session.h"

namespace hotswap::db {

/// Passes everything on, counts the statements, and lets `beforeQuery` see each query first.
class CountingSession final : public Session {
 public:
  explicit CountingSession(Session& inner) : inner_(inner) {}
  int statements = 0;
  std::function<void(std::string_view)> beforeQuery = [](std::string_view) {};

  Rows query(std::string_view sql, std::span<const Value> parameters) override {
    ++statements;
    beforeQuery(sql);
    return inner_.query(sql, parameters);
  }
  StatementResult execute(std::string_view sql, std::span<const Value> parameters) override {
    ++statements;
    return inner_.execute(sql, parameters);
  }
  void stream(std::string_view sql, std::span<const Value> parameters,
              const std::function<bool(std::span<const Value>)>& onRow) override {
    ++statements;
    inner_.stream(sql, parameters, onRow);
  }
  void onNotice(std::function<void(std::string_view)> handler) override { inner_.onNotice(std::move(handler)); }
  [[nodiscard]] std::shared_ptr<Canceller> canceller() const override { return inner_.canceller(); }
  [[nodiscard]] std::int64_t backendId() const override { return inner_.backendId(); }
  [[nodiscard]] int serverVersion() const override { return inner_.serverVersion(); }
  [[nodiscard]] bool usable() const override { return inner_.usable(); }
  void begin() override {
    ++statements;
    inner_.begin();
  }
  void commit() override {
    ++statements;
    inner_.commit();
  }
  void rollback() override {
    ++statements;
    inner_.rollback();
  }
  std::string transactionId() override { return inner_.transactionId(); }
  [[nodiscard]] bool inTransaction() const override { return inner_.inTransaction(); }

 private:
  Session& inner_;
};

}  // namespace hotswap::db
