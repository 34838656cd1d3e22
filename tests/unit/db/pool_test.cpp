#include "db/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "support/eventually.h"
#include "support/manual_clock.h"

namespace hotswap::db {
namespace {

/// What the fake server knows of its sessions.
struct Server {
  std::atomic<int> connected{0};
  std::atomic<int> open{0};
  std::atomic<int> pings{0};
  std::atomic<int> resets{0};
  std::atomic<bool> refuses{false};  ///< new connections
  std::atomic<bool> answers{true};   ///< statements
  std::atomic<bool> canReset{true};
};

SqlError lost() {
  return SqlError({.kind = SqlErrorKind::ConnectionLost, .sqlState = {}, .message = "gone", .detail = {}, .hint = {}},
                  {.connectionUsable = false});
}

class FakeSession final : public Session {
 public:
  explicit FakeSession(Server& server) : server_(server), number_(++server.connected) { ++server_.open; }
  FakeSession(const FakeSession&) = delete;
  FakeSession& operator=(const FakeSession&) = delete;
  ~FakeSession() override { --server_.open; }

  Rows query(std::string_view /*sql*/, std::span<const Value> /*parameters*/) override {
    ++server_.pings;
    if (!server_.answers) throw lost();
    return {};
  }
  StatementResult execute(std::string_view /*sql*/, std::span<const Value> /*parameters*/) override { return {}; }
  void stream(std::string_view /*sql*/, std::span<const Value> /*parameters*/,
              const std::function<bool(std::span<const Value>)>& /*onRow*/) override {}
  void onNotice(std::function<void(std::string_view)> /*handler*/) override {}
  [[nodiscard]] std::shared_ptr<Canceller> canceller() const override { return nullptr; }
  [[nodiscard]] std::int64_t backendId() const override { return number_; }
  [[nodiscard]] int serverVersion() const override { return 150000; }
  [[nodiscard]] bool usable() const override { return usable_; }
  void reset() override {
    if (!server_.canReset) throw lost();
    ++server_.resets;
  }
  void begin() override { inTransaction_ = true; }
  void commit() override { inTransaction_ = false; }
  void rollback() override { inTransaction_ = false; }
  std::string transactionId() override { return ""; }
  [[nodiscard]] bool inTransaction() const override { return inTransaction_; }

  void die() { usable_ = false; }

 private:
  Server& server_;
  int number_;
  bool usable_ = true;
  bool inTransaction_ = false;
};

class FakeEngine final : public Engine {
 public:
  explicit FakeEngine(Server& server) : server_(server) {}
  [[nodiscard]] DatabaseType type() const override { return DatabaseType::SQLite; }
  [[nodiscard]] Capabilities capabilities() const override { return {}; }
  [[nodiscard]] std::unique_ptr<Session> connect(const ConnectionString& /*target*/,
                                                 std::string_view /*applicationName*/,
                                                 Milliseconds /*timeout*/) const override {
    if (server_.refuses) {
      throw SqlError(
          {.kind = SqlErrorKind::ConnectionRefused, .sqlState = {}, .message = "no", .detail = {}, .hint = {}}, {});
    }
    return std::make_unique<FakeSession>(server_);
  }
  void setLimits(Session& /*session*/, const SessionLimits& /*limits*/) const override {}
  [[nodiscard]] TransactionOutcome transactionOutcome(Session& /*session*/, const std::string& /*id*/) const override {
    return TransactionOutcome::Unknown;
  }
  [[nodiscard]] const Script& script() const override { throw std::logic_error("the pool needs no script"); }
  [[nodiscard]] const Catalog& catalog() const override { throw std::logic_error("the pool needs no catalog"); }
  [[nodiscard]] const SessionWatch& sessionWatch() const override { throw std::logic_error("nor a watch"); }
  [[nodiscard]] std::unique_ptr<Vitals> vitals(Session& /*session*/, bool /*hostIsLocal*/) const override {
    return nullptr;
  }

 private:
  Server& server_;
};

class PoolTest : public testing::Test {
 protected:
  Server server;
  FakeEngine engine{server};
  support::ManualClock clock;
  Pool pool{engine, ConnectionString::parse("host=h"), "test", {.least = 2, .most = 4}, clock};

  /// Makes the pool hold `count` idle sessions.
  void fill(std::size_t count) {
    std::vector<Pool::Lease> leases;
    for (std::size_t i = 0; i < count; ++i) leases.push_back(pool.take(Milliseconds(0)));
  }
};

TEST_F(PoolTest, OpensNothing_BeforeSomebodyAsks) { EXPECT_EQ(server.connected, 0); }

TEST_F(PoolTest, LendsTheSameSessionAgain) {
  const std::int64_t first = pool.take(Milliseconds(0))->backendId();
  EXPECT_EQ(pool.take(Milliseconds(0))->backendId(), first);
  EXPECT_EQ(server.connected, 1);
}

TEST_F(PoolTest, OpensAnother_WhileAllAreLent) {
  const auto one = pool.take(Milliseconds(0));
  const auto two = pool.take(Milliseconds(0));
  EXPECT_NE(one->backendId(), two->backendId());
  EXPECT_EQ(pool.open(), 2U);
}

TEST_F(PoolTest, RefusesAfterTheCallersPatience_WhenAllAreLent) {
  std::vector<Pool::Lease> leases;
  for (int i = 0; i < 4; ++i) leases.push_back(pool.take(Milliseconds(0)));
  try {
    static_cast<void>(pool.take(Milliseconds(1)));
    FAIL() << "a fifth session was lent";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Unavailable);
    EXPECT_TRUE(error.recovery().retryable);
  }
  leases.pop_back();
  EXPECT_NO_THROW(static_cast<void>(pool.take(Milliseconds(0))));
}

TEST_F(PoolTest, ResetsASession_BeforeTheNextBorrower) {
  fill(1);
  EXPECT_EQ(server.resets, 1);
}

TEST_F(PoolTest, ClosesASession_ThatCantBeReset) {
  server.canReset = false;
  fill(1);
  EXPECT_EQ(server.open, 0);
  EXPECT_EQ(pool.open(), 0U);
}

TEST_F(PoolTest, ClosesASession_ThatComesBackDead) {
  {
    const auto lease = pool.take(Milliseconds(0));
    dynamic_cast<FakeSession&>(*lease).die();
  }
  EXPECT_EQ(server.open, 0);
  EXPECT_EQ(pool.take(Milliseconds(0))->backendId(), 2);
}

TEST_F(PoolTest, ClosesASession_ThatComesBackInATransaction) {
  pool.take(Milliseconds(0))->begin();
  EXPECT_EQ(server.open, 0);
  EXPECT_EQ(server.resets, 0);
  EXPECT_EQ(pool.open(), 0U);
}

TEST_F(PoolTest, AsksNoSignOfLife_OfASessionJustUsed) {
  fill(1);
  clock.advance(std::chrono::seconds(30));
  fill(1);
  EXPECT_EQ(server.pings, 0);
}

TEST_F(PoolTest, AsksForASignOfLife_AfterThirtySecondsOfIdling) {
  fill(1);
  clock.advance(std::chrono::milliseconds(30'001));
  EXPECT_EQ(pool.take(Milliseconds(0))->backendId(), 1);
  EXPECT_EQ(server.pings, 1);
}

TEST_F(PoolTest, ReplacesEverySessionThatGivesNoSignOfLife) {
  fill(2);
  clock.advance(std::chrono::seconds(31));
  server.answers = false;
  EXPECT_EQ(pool.take(Milliseconds(0))->backendId(), 3);
  EXPECT_EQ(server.open, 1);
  EXPECT_EQ(pool.open(), 1U);
}

TEST_F(PoolTest, ClosesWhatIdlesBeyondTheLeast) {
  fill(4);
  EXPECT_EQ(pool.open(), 4U);
  clock.advance(std::chrono::milliseconds(60'001));
  const auto lease = pool.take(Milliseconds(0));
  EXPECT_EQ(server.open, 2);
}

TEST_F(PoolTest, KeepsWhatIdles_ForAMinute) {
  fill(4);
  clock.advance(std::chrono::seconds(60));
  const auto lease = pool.take(Milliseconds(0));
  EXPECT_EQ(server.open, 4);
}

TEST_F(PoolTest, LosesNoPlace_WhenConnectingFails) {
  server.refuses = true;
  for (int i = 0; i < 10; ++i) EXPECT_THROW(static_cast<void>(pool.take(Milliseconds(0))), SqlError);
  EXPECT_EQ(pool.open(), 0U);
  server.refuses = false;
  EXPECT_NO_THROW(fill(4));
}

TEST_F(PoolTest, LosesNoPlace_WhenADeadSessionCantBeReplaced) {
  fill(4);
  clock.advance(std::chrono::seconds(31));
  server.answers = false;
  server.refuses = true;
  EXPECT_THROW(static_cast<void>(pool.take(Milliseconds(0))), SqlError);
  EXPECT_EQ(pool.open(), 0U);
  server.answers = true;
  server.refuses = false;
  EXPECT_NO_THROW(fill(4));
}

TEST_F(PoolTest, GivesBackTheOldSession_WhenALeaseTakesOverAnother) {
  auto lease = pool.take(Milliseconds(0));
  lease = pool.take(Milliseconds(0));
  EXPECT_EQ(lease->backendId(), 2);
  EXPECT_EQ(pool.take(Milliseconds(0))->backendId(), 1);
}

TEST_F(PoolTest, HandsOverToAWaitingTaker) {
  std::vector<Pool::Lease> leases;
  for (int i = 0; i < 4; ++i) leases.push_back(pool.take(Milliseconds(0)));
  std::atomic<bool> served{false};
  std::jthread taker([&] {
    const auto lease = pool.take(std::chrono::seconds(30));
    served = true;
  });
  leases.clear();
  EXPECT_TRUE(support::eventually([&] { return served.load(); }));
}

TEST_F(PoolTest, ServesTakersInTheOrderInWhichTheyCame) {
  Pool narrow(engine, ConnectionString::parse("host=h"), "test", {.least = 1, .most = 1}, clock);
  auto lease = std::optional(narrow.take(Milliseconds(0)));
  std::mutex mutex;
  std::vector<int> served;
  std::vector<std::jthread> takers;
  for (int i = 0; i < 5; ++i) {
    takers.emplace_back([&, i] {
      const auto mine = narrow.take(std::chrono::seconds(30));
      const std::lock_guard lock(mutex);
      served.push_back(i);
    });
    ASSERT_TRUE(support::eventually([&] { return narrow.waiting() == static_cast<std::size_t>(i) + 1; }));
  }
  lease.reset();
  takers.clear();
  EXPECT_EQ(served, (std::vector{0, 1, 2, 3, 4}));
}

TEST_F(PoolTest, NeverOpensMoreThanItsMost_UnderManyThreads) {
  std::atomic<int> mostOpen{0};
  std::vector<std::jthread> takers;
  for (int i = 0; i < 16; ++i) {
    takers.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        const auto lease = pool.take(std::chrono::seconds(30));
        mostOpen = std::max(mostOpen.load(), server.open.load());
        if (round % 7 == 0) dynamic_cast<FakeSession&>(*lease).die();
      }
    });
  }
  takers.clear();
  EXPECT_LE(mostOpen, 4);
  EXPECT_EQ(static_cast<int>(pool.open()), server.open);
}

TEST(Pool, RefusesImpossibleSizes) {
  Server server;
  const FakeEngine engine(server);
  const support::ManualClock clock;
  EXPECT_THROW(Pool(engine, {}, "test", {.least = 0, .most = 0}, clock), Error);
  EXPECT_THROW(Pool(engine, {}, "test", {.least = 3, .most = 2}, clock), Error);
}

TEST(Pool, ClosesItsSessions_WhenItEnds) {
  Server server;
  const FakeEngine engine(server);
  const support::ManualClock clock;
  {
    Pool pool(engine, {}, "test", {}, clock);
    static_cast<void>(pool.take(Milliseconds(0)));
    EXPECT_EQ(server.open, 1);
  }
  EXPECT_EQ(server.open, 0);
}

}  // namespace
}  // namespace hotswap::db
