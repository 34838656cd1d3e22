#include "db/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "integration/db/postgres_connections.h"
#include "support/eventually.h"

namespace hotswap::db::postgres {
namespace {

using support::eventually;
using support::sharedCluster;
using testing::HasSubstr;

class SessionTest : public testing::Test {
 protected:
  ConnectionString target = sharedCluster().connection();
  std::unique_ptr<Session> session = connectTo(target);

  /// Waits until another session sees this one running `fragment`.
  bool running(const std::string& fragment) const {
    const auto other = connectTo(target);
    const std::array<Value, 2> parameters{std::to_string(session->backendId()), "%" + fragment + "%"};
    return eventually([&] {
      return !other
                  ->query("select 1 from pg_stat_activity where pid = $1::int and state = 'active' and query like $2",
                          parameters)
                  .empty();
    });
  }
};

TEST_F(SessionTest, SaysWhomItIsConnectedTo) {
  const Rows rows = session->query(
      "select pg_backend_pid(), current_setting('application_name'), current_setting('server_version_num'), "
      "current_setting('client_encoding'), current_setting('standard_conforming_strings')");
  EXPECT_EQ(rows.integer(0, 0), session->backendId());
  EXPECT_EQ(rows.text(0, 1), "hotswap/test");
  EXPECT_EQ(rows.integer(0, 2), session->serverVersion());
  EXPECT_EQ(rows.text(0, 3), "UTF8");
  EXPECT_EQ(rows.text(0, 4), "on");
  EXPECT_TRUE(session->usable());
}

TEST_F(SessionTest, ReadsStringsTheStandardWay_WhateverTheRoleIsSetTo) {
  session->execute("create role old_strings superuser login password 'pw'");
  session->execute("alter role old_strings set standard_conforming_strings = off");
  const auto old = connectTo(target.with("user", "old_strings").with("password", "pw"));
  EXPECT_EQ(old->query(R"(select 'a\nb')").text(0, 0), R"(a\nb)");
  old->reset();
  EXPECT_EQ(old->query(R"(select 'a\nb')").text(0, 0), R"(a\nb)");
}

TEST_F(SessionTest, PassesParameters_NullAmongThem) {
  const std::array<Value, 3> parameters{"it's; \"ok\" ä", std::nullopt, "7"};
  const Rows rows = session->query("select $1::text, $2::text, $3::int + 1", parameters);
  EXPECT_EQ(rows.at(0, 0), parameters[0]);
  EXPECT_EQ(rows.at(0, 1), std::nullopt);
  EXPECT_EQ(rows.integer(0, 2), 8);
}

TEST_F(SessionTest, TellsAnEmptyTextFromNull) {
  const Rows rows = session->query("select '', null");
  EXPECT_EQ(rows.at(0, 0), Value(""));
  EXPECT_EQ(rows.at(0, 1), std::nullopt);
}

TEST_F(SessionTest, SaysWhatAStatementDid) {
  EXPECT_EQ(session->execute("create temp table t (id int)").tag, "CREATE TABLE");
  EXPECT_EQ(session->execute("insert into t select generate_series(1, 5)").rowsAffected, 5);
  EXPECT_EQ(session->execute("update t set id = id where id < 4").tag, "UPDATE 3");
  EXPECT_EQ(session->execute("delete from t where id = 1").rowsAffected, 1);
  EXPECT_EQ(session->execute("select * from t").rowsAffected, std::nullopt);
  EXPECT_EQ(session->execute("create temp table u as select * from t").rowsAffected, std::nullopt);
  EXPECT_EQ(session->execute("").tag, "");
}

TEST_F(SessionTest, RunsWhatCantRunInATransaction) {
  session->execute("create table plain (id int)");
  EXPECT_EQ(session->execute("create index concurrently plain_id on plain (id)").tag, "CREATE INDEX");
  EXPECT_EQ(session->execute("vacuum plain").tag, "VACUUM");
  EXPECT_EQ(session->execute("drop index concurrently plain_id").tag, "DROP INDEX");
  session->execute("drop table plain");
}

TEST_F(SessionTest, RefusesSeveralCommandsInOneCall) {
  for (const char* sql : {"create temp table a (); create temp table b ()", "select 1; select 2", "commit; select 1"}) {
    EXPECT_EQ(errorOf([&] { session->execute(sql); }).failure().sqlState, "42601") << sql;
    EXPECT_EQ(errorOf([&] { session->query(sql); }).kind(), SqlErrorKind::Syntax) << sql;
  }
  EXPECT_EQ(session->query("select to_regclass('a')").at(0, 0), std::nullopt);
  EXPECT_NO_THROW(session->execute("select 1;"));
}

TEST_F(SessionTest, RefusesNulBytes_InsteadOfCuttingTheTextThere) {
  EXPECT_EQ(errorOf([&] { session->execute(std::string_view("select 1\0 from x", 16)); }).failure().offset, 8U);
  const std::array<Value, 1> parameters{std::string("a\0b", 3)};
  EXPECT_EQ(errorOf([&] { session->query("select $1::text", parameters); }).failure().sqlState, "22021");
  EXPECT_EQ(session->query("select 1").integer(0, 0), 1);
}

TEST_F(SessionTest, RefusesTextThatIsNotUtf8) {
  EXPECT_EQ(errorOf([&] { session->query("select '\xff\xfe'"); }).failure().sqlState, "22021");
  EXPECT_TRUE(session->usable());
}

TEST_F(SessionTest, TakesAStatementOfManyMegabytes) {
  std::string big;
  big.resize(10'000'000, 'x');
  EXPECT_EQ(session->query("select length('" + big + "')").integer(0, 0), 10'000'000);
}

TEST_F(SessionTest, RefusesMoreParametersThanTheProtocolHas) {
  const std::vector<Value> parameters(70'000, Value("1"));
  EXPECT_FALSE(errorOf([&] { session->query("select 1", parameters); }).failure().message.empty());
  EXPECT_EQ(session->query("select 1").integer(0, 0), 1);
}

TEST_F(SessionTest, SaysWhereAStatementIsWrong) {
  const SqlError error = errorOf([&] { session->query("select nothing_like_it from pg_class"); });
  EXPECT_EQ(error.failure().sqlState, "42703");
  EXPECT_EQ(error.kind(), SqlErrorKind::MissingObject);
  EXPECT_EQ(error.failure().offset, 7U);
  EXPECT_TRUE(error.recovery().connectionUsable);
  EXPECT_TRUE(error.recovery().outcomeKnown);
}

TEST_F(SessionTest, CountsBytes_WhereCharactersHaveSeveral) {
  const std::string sql = "select 'ä€😀', wrong";
  EXPECT_EQ(errorOf([&] { session->query(sql); }).failure().offset, sql.find("wrong"));
}

TEST_F(SessionTest, PointsAtTheEnd_WhereTheStatementBreaksOff) {
  const std::string sql = "select 'é' from";
  EXPECT_EQ(errorOf([&] { session->query(sql); }).failure().offset, sql.size());
}

TEST_F(SessionTest, PassesOnDetailAndHint) {
  session->execute("create temp table t (id int primary key)");
  session->execute("insert into t values (1)");
  EXPECT_THAT(errorOf([&] { session->execute("insert into t values (1)"); }).failure().detail, HasSubstr("(id)=(1)"));
  EXPECT_THAT(errorOf([&] { session->query("select lenght('x')"); }).failure().hint, HasSubstr("function"));
}

TEST_F(SessionTest, ReportsAConstraintThatFailsAtTheEndOfTheStatement) {
  session->execute("create temp table parent (id int primary key)");
  session->execute("create temp table child (id int references parent deferrable initially deferred)");
  EXPECT_EQ(errorOf([&] { session->execute("insert into child values (1)"); }).failure().sqlState, "23503");
}

TEST_F(SessionTest, RefusesCopyOverTheConnection_AndStaysUsable) {
  session->execute("create temp table t (id int)");
  session->execute("insert into t select generate_series(1, 100000)");
  for (const char* sql : {"copy t from stdin", "copy t to stdout", "copy (select 1) to stdout"}) {
    EXPECT_EQ(errorOf([&] { session->execute(sql); }).failure().sqlState, "0A000") << sql;
    EXPECT_EQ(session->query("select count(*) from t").integer(0, 0), 100'000);
  }
}

TEST_F(SessionTest, RefusesCopyInATransaction_WhichCanBeRolledBack) {
  session->execute("create temp table t (id int)");
  session->begin();
  EXPECT_THROW(session->query("copy t from stdin"), SqlError);
  session->rollback();
  EXPECT_EQ(session->query("select count(*) from t").integer(0, 0), 0);
}

TEST_F(SessionTest, HandsOnNotices_WhileTheStatementRuns) {
  const auto other = connectTo(target);
  std::vector<std::string> notices;
  session->onNotice([&](std::string_view text) {
    notices.emplace_back(text);
    if (notices.size() == 1) other->execute("select pg_advisory_unlock(77)");
  });
  other->execute("select pg_advisory_lock(77)");
  // Goes on only when the first notice has been handed on.
  session->execute("do $$ begin raise notice 'one ä'; perform pg_advisory_xact_lock(77); raise warning 'two'; end $$");
  EXPECT_THAT(notices, testing::ElementsAre("NOTICE:  one ä", "WARNING:  two"));
}

TEST_F(SessionTest, StaysUsable_WhenTheReceiverOfANoticeThrows) {
  session->onNotice([](std::string_view) { throw std::runtime_error("enough"); });
  EXPECT_THROW(session->execute("do $$ begin raise notice 'x'; perform pg_sleep(60); end $$"), std::runtime_error);
  session->onNotice(nullptr);
  EXPECT_EQ(session->query("select 1").integer(0, 0), 1);
}

std::size_t residentKilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::size_t kilobytes = 0;
    if (word == "VmRSS:" && status >> kilobytes) return kilobytes;
  }
  return 0;
}

TEST_F(SessionTest, StreamsAMillionRows_WithoutHoldingThem) {
  const std::size_t before = residentKilobytes();
  std::int64_t sum = 0;
  std::int64_t count = 0;
  session->stream("select i, repeat('x', 100) from generate_series(1, 1000000) i", {}, [&](std::span<const Value> row) {
    sum += std::stoll(*row[0]);
    ++count;
    return true;
  });
  EXPECT_EQ(count, 1'000'000);
  EXPECT_EQ(sum, 500'000'500'000);
  EXPECT_LT(residentKilobytes(), before + 50'000);  // the rows are more than 100 MB
}

TEST_F(SessionTest, StopsAStream_WhenToldTo) {
  int count = 0;
  session->stream("select generate_series(1, 2000000000)", {}, [&](std::span<const Value>) { return ++count < 10; });
  EXPECT_EQ(count, 10);
  EXPECT_EQ(session->query("select 42").integer(0, 0), 42);
  EXPECT_FALSE(session->inTransaction());
}

TEST_F(SessionTest, StaysUsable_WhenTheReceiverOfARowThrows) {
  EXPECT_THROW(session->stream("select generate_series(1, 2000000000)", {},
                               [](std::span<const Value>) -> bool { throw std::runtime_error("enough"); }),
               std::runtime_error);
  EXPECT_EQ(session->query("select 42").integer(0, 0), 42);
}

TEST_F(SessionTest, HandsOverRows_BeforeTheStatementFails) {
  int count = 0;
  EXPECT_EQ(errorOf([&] {
              session->stream("select 1 / (5 - i) from generate_series(1, 9) i", {},
                              [&](std::span<const Value>) { return ++count > 0; });
            })
                .failure()
                .sqlState,
            "22012");
  EXPECT_EQ(count, 4);
}

TEST_F(SessionTest, RefusesASecondStatement_WhileRowsStream) {
  int count = 0;
  session->stream("select generate_series(1, 3)", {}, [&](std::span<const Value>) {
    EXPECT_THROW(session->query("select 1"), SqlError);
    return ++count > 0;
  });
  EXPECT_EQ(count, 3);
}

TEST_F(SessionTest, IsCancelledFromAnotherThread) {
  const auto canceller = session->canceller();
  std::jthread other([&] {
    EXPECT_TRUE(running("pg_sleep"));
    EXPECT_TRUE(canceller->cancel());
  });
  const SqlError error = errorOf([&] { session->execute("select pg_sleep(600)"); });
  EXPECT_EQ(error.kind(), SqlErrorKind::Canceled);
  EXPECT_TRUE(error.recovery().connectionUsable);
  EXPECT_EQ(session->query("select 1").integer(0, 0), 1);
}

TEST_F(SessionTest, LeavesALaterStatementAlone_WhenNothingRunsAtTheCancel) {
  const auto canceller = session->canceller();
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(canceller->cancel());
    EXPECT_EQ(session->query("select 1").integer(0, 0), 1);
  }
}

TEST_F(SessionTest, LeavesACancellerThatDoesNoHarm_WhenItIsGone) {
  const auto canceller = session->canceller();
  session.reset();
  canceller->cancel();
  EXPECT_EQ(connectTo(target)->query("select 1").integer(0, 0), 1);
}

TEST_F(SessionTest, KeepsItsNameAndWaitsForTheDisk_WhateverTheScriptSets) {
  session->execute("set application_name = 'batch'");
  session->execute("set synchronous_commit = off");
  engine().setLimits(*session, {});
  const Rows pinned =
      session->query("select current_setting('application_name'), current_setting('synchronous_commit')");
  EXPECT_EQ(pinned.text(0, 0), "hotswap/test");
  EXPECT_EQ(pinned.text(0, 1), "on");
  session->execute("set synchronous_commit = remote_apply");
  engine().setLimits(*session, {});
  EXPECT_EQ(session->query("show synchronous_commit").text(0, 0), "remote_apply") << "stricter is left as it is";
}

TEST_F(SessionTest, CommitsToTheDisk_WhenTheScriptsLastStatementSaysOtherwise) {
  session->begin();
  session->execute("set synchronous_commit = off");
  session->transactionId();
  EXPECT_EQ(session->query("show synchronous_commit").text(0, 0), "on");
  session->rollback();
}

TEST_F(SessionTest, TellsATimeoutFromACancel) {
  engine().setLimits(*session, {.statement = Milliseconds(50)});
  EXPECT_EQ(errorOf([&] { session->execute("select pg_sleep(600)"); }).kind(), SqlErrorKind::StatementTimeout);
  engine().setLimits(*session, {.statement = std::chrono::minutes(10)});
  std::jthread other([&] {
    EXPECT_TRUE(running("pg_sleep"));
    connectTo(target)->execute("select pg_cancel_backend(" + std::to_string(session->backendId()) + ")");
  });
  EXPECT_EQ(errorOf([&] { session->execute("select pg_sleep(600)"); }).kind(), SqlErrorKind::Canceled);
}

TEST_F(SessionTest, TellsATimeoutFromACancel_InATransaction) {
  engine().setLimits(*session, {.statement = Milliseconds(50)});
  session->begin();
  EXPECT_EQ(errorOf([&] { session->execute("select pg_sleep(600)"); }).kind(), SqlErrorKind::StatementTimeout);
  session->rollback();
}

TEST_F(SessionTest, RecognisesATimeoutThatTheScriptHasSetItself) {
  session->execute("set statement_timeout = '50ms'");
  EXPECT_EQ(errorOf([&] { session->execute("select pg_sleep(600)"); }).kind(), SqlErrorKind::StatementTimeout);
}

TEST_F(SessionTest, RunsIntoTheLockTimeout) {
  const auto other = connectTo(target);
  session->execute("create table locked (id int)");
  other->begin();
  other->execute("lock table locked");
  engine().setLimits(*session, {.lock = Milliseconds(20)});
  const SqlError error = errorOf([&] { session->query("select * from locked"); });
  EXPECT_EQ(error.kind(), SqlErrorKind::LockTimeout);
  EXPECT_TRUE(error.recovery().retryable);
  other->rollback();
  session->execute("drop table locked");
}

TEST_F(SessionTest, SetsAndLiftsLimits) {
  const std::string sql =
      "select current_setting('lock_timeout'), current_setting('statement_timeout'), "
      "current_setting('idle_in_transaction_session_timeout')";
  engine().setLimits(
      *session, {.lock = Milliseconds(1500), .statement = Milliseconds(7), .idleInTransaction = Milliseconds(60'000)});
  const Rows set = session->query(sql);
  EXPECT_EQ(set.text(0, 0) + " " + set.text(0, 1) + " " + set.text(0, 2), "1500ms 7ms 1min");
  engine().setLimits(*session, {});
  const Rows lifted = session->query(sql);
  EXPECT_EQ(lifted.text(0, 0) + lifted.text(0, 1) + lifted.text(0, 2), "000");
}

TEST_F(SessionTest, KeepsLimitsSetInATransaction_OnlyIfThatIsCommitted) {
  const auto lockTimeout = [&] { return session->query("select current_setting('lock_timeout')").text(0, 0); };
  session->begin();
  engine().setLimits(*session, {.lock = Milliseconds(1)});
  session->rollback();
  EXPECT_EQ(lockTimeout(), "0");
  session->begin();
  engine().setLimits(*session, {.lock = Milliseconds(1)});
  session->commit();
  EXPECT_EQ(lockTimeout(), "1ms");
}

TEST_F(SessionTest, TakesLimitsBeyondWhatTheServerCanHold) {
  engine().setLimits(*session, {.lock = std::chrono::hours(10'000), .statement = Milliseconds(-5)});
  EXPECT_EQ(session->query("select setting from pg_settings where name = 'lock_timeout'").text(0, 0), "2147483647");
  EXPECT_EQ(session->query("select current_setting('statement_timeout')").text(0, 0), "0");
}

TEST_F(SessionTest, ForgetsEverything_WhenItIsReset) {
  engine().setLimits(*session, {.lock = Milliseconds(1)});
  session->execute("set search_path = pg_catalog");
  session->execute("create temp table t ()");
  session->execute("select pg_advisory_lock(5)");
  session->reset();
  const Rows rows = session->query(
      "select current_setting('lock_timeout'), to_regclass('t'), current_setting('search_path'), "
      "(select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()), "
      "current_setting('application_name')");
  EXPECT_EQ(rows.text(0, 0), "0");
  EXPECT_EQ(rows.at(0, 1), std::nullopt);
  EXPECT_EQ(rows.text(0, 2), "\"$user\", public");
  EXPECT_EQ(rows.integer(0, 3), 0);
  EXPECT_EQ(rows.text(0, 4), "hotswap/test");
}

TEST_F(SessionTest, CommitsAndRollsBack) {
  session->execute("create temp table t (id int)");
  session->begin();
  EXPECT_TRUE(session->inTransaction());
  session->execute("insert into t values (1)");
  session->rollback();
  session->begin();
  session->execute("insert into t values (2)");
  session->commit();
  EXPECT_FALSE(session->inTransaction());
  EXPECT_EQ(session->query("select sum(id) from t").integer(0, 0), 2);
}

TEST_F(SessionTest, ThrowsAtTheCommit_WhenAStatementHadFailed) {
  session->begin();
  EXPECT_THROW(session->execute("select 1 / 0"), SqlError);
  EXPECT_TRUE(session->inTransaction());
  const SqlError error = errorOf([&] { session->commit(); });
  EXPECT_EQ(error.failure().sqlState, "25P02");
  EXPECT_TRUE(error.recovery().outcomeKnown);
  EXPECT_FALSE(session->inTransaction());
}

TEST_F(SessionTest, RefusesTransactionsInTheWrongOrder) {
  EXPECT_EQ(errorOf([&] { session->commit(); }).failure().sqlState, "25P01");
  EXPECT_EQ(errorOf([&] { static_cast<void>(session->transactionId()); }).failure().sqlState, "25P01");
  EXPECT_NO_THROW(session->rollback());
  session->begin();
  EXPECT_EQ(errorOf([&] { session->begin(); }).kind(), SqlErrorKind::InTransaction);
  EXPECT_EQ(errorOf([&] { session->execute("vacuum"); }).kind(), SqlErrorKind::InTransaction);
  session->rollback();
}

TEST_F(SessionTest, FindsOutWhatBecameOfATransaction) {
  const auto fresh = connectTo(target);
  session->begin();
  const std::string first = session->transactionId();
  EXPECT_EQ(session->transactionId(), first);
  EXPECT_EQ(engine().transactionOutcome(*fresh, first), TransactionOutcome::InProgress);
  session->commit();
  EXPECT_EQ(engine().transactionOutcome(*fresh, first), TransactionOutcome::Committed);
  session->begin();
  const std::string second = session->transactionId();
  session->rollback();
  EXPECT_EQ(engine().transactionOutcome(*fresh, second), TransactionOutcome::RolledBack);
}

TEST_F(SessionTest, NamesTransactions_ForARoleWithoutPrivileges) {
  session->execute("create role nobody_special login password 'pw'");
  const auto plain = connectTo(target.with("user", "nobody_special").with("password", "pw"));
  plain->begin();
  const std::string id = plain->transactionId();
  plain->commit();
  EXPECT_EQ(engine().transactionOutcome(*plain, id), TransactionOutcome::Committed);
}

TEST_F(SessionTest, KnowsNothingOfTransactionsThatNeverWere) {
  for (const char* id : {"999999999999@00000001", "18446744073709551615@00000001", "99999999999999999999999@00000001",
                         "", "@", "abc", "800", "-1@00000001", "1; select 1@x"}) {
    EXPECT_EQ(engine().transactionOutcome(*session, id), TransactionOutcome::Unknown) << id;
  }
  EXPECT_TRUE(session->usable());
}

TEST_F(SessionTest, DoesNotVouchForACommit_OnAnotherTimeline) {
  session->begin();
  const std::string id = session->transactionId();
  session->commit();
  const std::string elsewhere = id.substr(0, id.find('@')) + "@000000FF";
  EXPECT_EQ(engine().transactionOutcome(*session, elsewhere), TransactionOutcome::Unknown);
  session->begin();
  const std::string lost = session->transactionId();
  session->rollback();
  EXPECT_EQ(engine().transactionOutcome(*session, lost.substr(0, lost.find('@')) + "@000000FF"),
            TransactionOutcome::RolledBack);
}

TEST_F(SessionTest, NoticesThatItWasEndedWhileIdle) {
  connectTo(target)->execute("select pg_terminate_backend(" + std::to_string(session->backendId()) + ", 10000)");
  EXPECT_TRUE(eventually([&] { return !session->usable(); }));
  const SqlError error = errorOf([&] { session->execute("select 1"); });
  EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionLost);
  EXPECT_EQ(error.failure().sqlState, "57P01");
  EXPECT_TRUE(error.recovery().outcomeKnown);  // the statement never left
  EXPECT_FALSE(error.recovery().connectionUsable);
}

TEST_F(SessionTest, LosesTheConnectionInTheMiddleOfAStatement_WithUnknownOutcome) {
  std::jthread other([&] {
    EXPECT_TRUE(running("pg_sleep"));
    connectTo(target)->execute("select pg_terminate_backend(" + std::to_string(session->backendId()) + ")");
  });
  const SqlError error = errorOf([&] { session->execute("select pg_sleep(600)"); });
  EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionLost);
  EXPECT_FALSE(error.recovery().outcomeKnown);
  EXPECT_FALSE(session->usable());
  EXPECT_EQ(errorOf([&] { session->rollback(); }).kind(), SqlErrorKind::ConnectionLost);
}

TEST_F(SessionTest, KnowsThatNothingWasDone_WhenTheConnectionIsLostInATransaction) {
  session->begin();
  std::jthread other([&] {
    EXPECT_TRUE(running("pg_sleep"));
    connectTo(target)->execute("select pg_terminate_backend(" + std::to_string(session->backendId()) + ")");
  });
  const SqlError error = errorOf([&] { session->execute("select pg_sleep(600)"); });
  EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionLost);
  EXPECT_TRUE(error.recovery().outcomeKnown);
  EXPECT_TRUE(error.recovery().retryable);
  EXPECT_FALSE(session->inTransaction());
}

TEST_F(SessionTest, BeginsATransactionWithItsFirstStatement_WhateverBecomesOfThat) {
  session->execute("create temporary table first (id int primary key)");
  session->begin();
  EXPECT_TRUE(session->inTransaction());
  EXPECT_EQ(session->execute("insert into first select generate_series(1, 3)").rowsAffected, 3);
  session->rollback();
  EXPECT_EQ(session->query("select count(*) from first").integer(0, 0), 0);

  session->begin();
  EXPECT_EQ(errorOf([&] { session->execute("insert into first values (1), (1)"); }).failure().sqlState, "23505");
  EXPECT_TRUE(session->inTransaction());
  EXPECT_EQ(errorOf([&] { session->query("select 1"); }).failure().sqlState, "25P02");
  session->rollback();

  session->begin();
  int rows = 0;
  session->stream("select generate_series(1, 1000000)", {}, [&](std::span<const Value>) { return ++rows < 3; });
  EXPECT_EQ(rows, 3);
  session->rollback();
  EXPECT_FALSE(session->inTransaction());

  for (const char* copy : {"copy first from stdin", "/* rows */ copy first to stdout", "copy(select 1) to stdout",
                           "COPY\"first\"from stdin"}) {
    session->begin();
    EXPECT_EQ(errorOf([&] { session->execute(copy); }).failure().sqlState, "0A000") << copy;
    session->rollback();
  }
  session->begin();
  EXPECT_EQ(errorOf([&] { session->execute("selec 1"); }).failure().sqlState, "42601");
  session->rollback();
  EXPECT_EQ(session->query("select 1").integer(0, 0), 1);
}

TEST_F(SessionTest, EndsATransactionWithoutStatements) {
  session->begin();
  EXPECT_THROW(session->begin(), SqlError);
  session->commit();
  EXPECT_FALSE(session->inTransaction());
  session->begin();
  session->rollback();
  EXPECT_FALSE(session->inTransaction());
  EXPECT_THROW(session->commit(), SqlError);
  session->begin();
  EXPECT_NE(session->transactionId(), "");
  session->rollback();
}

TEST_F(SessionTest, IsCancelled_InTheFirstStatementOfATransaction) {
  session->begin();
  const std::shared_ptr<Canceller> canceller = session->canceller();
  std::jthread other([&] {
    EXPECT_TRUE(running("pg_sleep"));
    canceller->cancel();
  });
  EXPECT_EQ(errorOf([&] { session->execute("select pg_sleep(600)"); }).kind(), SqlErrorKind::Canceled);
  EXPECT_TRUE(session->inTransaction());
  session->rollback();
  EXPECT_EQ(session->query("select 1").integer(0, 0), 1);
}

TEST_F(SessionTest, IsLost_WhenItIdlesTooLongInATransaction) {
  engine().setLimits(*session, {.idleInTransaction = Milliseconds(20)});
  session->begin();
  session->query("select 1");
  EXPECT_TRUE(eventually([&] { return !session->usable(); }));
  const SqlError error = errorOf([&] { session->commit(); });
  EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionLost);
  EXPECT_EQ(error.failure().sqlState, "25P03");
  EXPECT_TRUE(error.recovery().outcomeKnown);  // the commit never left
}

TEST(SessionFault, LosesTheConnection_WhenTheServerIsKilledInTheMiddleOfAStatement) {
  support::PostgresCluster cluster;
  const auto session = connectTo(cluster.connection());
  session->onNotice([&](std::string_view) { cluster.kill9(); });
  const SqlError error =
      errorOf([&] { session->execute("do $$ begin raise warning 'now'; perform pg_sleep(600); end $$"); });
  EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionLost);
  EXPECT_FALSE(error.recovery().outcomeKnown);
  EXPECT_FALSE(session->usable());
}

TEST(SessionFault, DoesNotKnowTheOutcome_WhenTheServerIsKilledDuringACommit) {
  support::PostgresCluster cluster;
  const auto session = connectTo(cluster.connection());
  session->execute("create table t (id int)");
  // A deferred trigger holds the commit up until the server is gone.
  session->execute(
      "create function hold() returns trigger language plpgsql as "
      "'begin raise warning $$committing$$; perform pg_sleep(600); return null; end'");
  session->execute(
      "create constraint trigger hold after insert on t deferrable initially deferred for each row execute function "
      "hold()");
  session->begin();
  session->execute("insert into t values (1)");
  const std::string id = session->transactionId();
  session->onNotice([&](std::string_view) { cluster.kill9(); });
  const SqlError error = errorOf([&] { session->commit(); });
  EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionLost);
  EXPECT_FALSE(error.recovery().outcomeKnown);
  EXPECT_FALSE(error.recovery().retryable);
  cluster.start();
  const auto fresh = connectTo(cluster.connection());
  EXPECT_NE(engine().transactionOutcome(*fresh, id), TransactionOutcome::Committed);
  EXPECT_EQ(fresh->query("select count(*) from t").integer(0, 0), 0);
}

TEST(SessionFault, RemembersACommittedTransaction_AfterACrash) {
  support::PostgresCluster cluster;
  const auto session = connectTo(cluster.connection());
  session->begin();
  session->execute("create table t (id int)");
  const std::string id = session->transactionId();
  session->commit();
  cluster.kill9();
  cluster.start();
  EXPECT_EQ(engine().transactionOutcome(*connectTo(cluster.connection()), id), TransactionOutcome::Committed);
}

TEST(SessionFault, TakesNoOtherTransactionForItsOwn_AfterACrash) {
  support::PostgresCluster cluster;
  connectTo(cluster.connection())->execute("create table busy (id int)");
  const auto session = connectTo(cluster.connection());
  session->begin();
  session->execute("create table t (id int)");
  const std::string id = session->transactionId();
  cluster.kill9();
  cluster.start();
  // Without care the server would give the number of the lost transaction to the next one.
  const auto fresh = connectTo(cluster.connection());
  for (int i = 0; i < 5; ++i) fresh->execute("insert into busy values (1)");
  EXPECT_EQ(engine().transactionOutcome(*fresh, id), TransactionOutcome::RolledBack);
}

TEST(SessionFault, KeepsTheTransaction_WhenItCantBeNamed) {
  support::PostgresCluster cluster(
      {.settings = {{"max_connections", "3"}, {"superuser_reserved_connections", "0"}, {"max_wal_senders", "0"}}});
  const auto session = connectTo(cluster.connection());
  session->begin();
  session->execute("create table t (id int)");
  {
    const auto second = connectTo(cluster.connection());
    const auto third = connectTo(cluster.connection());
    const SqlError error = errorOf([&] { static_cast<void>(session->transactionId()); });
    EXPECT_EQ(error.failure().sqlState, "53300");
    EXPECT_TRUE(error.recovery().connectionUsable);
    EXPECT_TRUE(error.recovery().retryable);
  }
  EXPECT_TRUE(session->inTransaction());
  EXPECT_TRUE(eventually([&] {
    try {
      return !session->transactionId().empty();
    } catch (const SqlError&) {
      return false;  // the server has not yet seen the others go
    }
  }));
  session->commit();
}

}  // namespace
}  // namespace hotswap::db::postgres
