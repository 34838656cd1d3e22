#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "integration/db/sqlite_connections.h"

namespace hotswap::db::sqlite {
namespace {

using testing::HasSubstr;

class SqliteSessionTest : public SqliteTest {
 protected:
  std::unique_ptr<Session> session = connectTo(file);
};

TEST_F(SqliteSessionTest, PassesParameters_NullAmongThem_AndOneTwice) {
  const std::array<Value, 3> parameters{"it's; \"ok\" ä", std::nullopt, "7"};
  const Rows rows = session->query("select $1, $2, cast($3 as integer) + 1, $1", parameters);
  EXPECT_EQ(rows.at(0, 0), parameters[0]);
  EXPECT_EQ(rows.at(0, 1), std::nullopt);
  EXPECT_EQ(rows.integer(0, 2), 8);
  EXPECT_EQ(rows.at(0, 3), parameters[0]);
}

TEST_F(SqliteSessionTest, TellsParametersByTheirNumbers_NotByTheirOrder) {
  std::vector<Value> parameters;
  for (int i = 1; i <= 12; ++i) parameters.emplace_back(std::to_string(i * 100));
  const Rows rows = session->query("select $12, $2, $1, $11", parameters);
  EXPECT_EQ(rows.text(0, 0), "1200");
  EXPECT_EQ(rows.text(0, 1), "200");
  EXPECT_EQ(rows.text(0, 2), "100");
  EXPECT_EQ(rows.text(0, 3), "1100");
}

TEST_F(SqliteSessionTest, MeetsAColumnAsWhatItHolds) {
  session->execute("create table t (id integer primary key, note text)");
  const std::array<Value, 2> row{"5", "x"};
  session->execute("insert into t values ($1, $2)", row);
  const std::array<Value, 1> id{"5"};
  EXPECT_EQ(session->query("select typeof(id), note from t where id = $1", id).text(0, 0), "integer");
}

TEST_F(SqliteSessionTest, RefusesAParameterWithoutAValue_InsteadOfTakingNull) {
  const std::array<Value, 1> parameters{"1"};
  for (const char* sql : {"select $1, $2", "select ?", "select :name", "select @a, $1", "select $0"}) {
    EXPECT_THAT(errorOf([&] { session->query(sql, parameters); }).what(), HasSubstr("has no value")) << sql;
  }
}

TEST_F(SqliteSessionTest, GivesEveryKindOfValueAsText) {
  const Rows rows = session->query("select 9007199254740993, 1.5, x'00ffA0', '', null, 1 = 1, 1 = 2, x''");
  EXPECT_EQ(rows.integer(0, 0), 9007199254740993);
  EXPECT_EQ(rows.number(0, 1), 1.5);
  EXPECT_EQ(rows.text(0, 2), "\\x00ffa0");
  EXPECT_EQ(rows.at(0, 3), Value(""));
  EXPECT_EQ(rows.at(0, 4), std::nullopt);
  EXPECT_TRUE(rows.boolean(0, 5));
  EXPECT_FALSE(rows.boolean(0, 6));
  EXPECT_EQ(rows.at(0, 7), Value("\\x"));
}

TEST_F(SqliteSessionTest, NamesTheColumnsOfAnAnswerWithoutRows) {
  const Rows rows = session->query("select 1 as a, 2 as b where 0");
  EXPECT_TRUE(rows.empty());
  EXPECT_EQ(rows.columns(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(SqliteSessionTest, SaysWhatAStatementDid) {
  EXPECT_EQ(session->execute("create table t (id integer)").tag, "CREATE TABLE");
  EXPECT_EQ(session->execute("insert into t values (1), (2), (3)").rowsAffected, 3);
  EXPECT_EQ(session->execute("update t set id = id where id < 3").tag, "UPDATE 2");
  EXPECT_EQ(session->execute("replace into t values (9)").tag, "REPLACE 1");
  EXPECT_EQ(session->execute("with a as (select 1) delete from t where id = 1").rowsAffected, 1);
  EXPECT_EQ(session->execute("delete from t where 0").rowsAffected, 0);
  EXPECT_EQ(session->execute("select * from t").rowsAffected, std::nullopt);
  EXPECT_EQ(session->execute("insert into t values (4) returning id").rowsAffected, 1);
  EXPECT_EQ(session->execute("").tag, "");
  EXPECT_EQ(session->execute("/* nothing */ ; -- at all").tag, "");
}

TEST_F(SqliteSessionTest, RefusesSeveralStatementsInOneCall_AndRunsNone) {
  const std::string sql = "create table a (x); create table b (y)";
  const SqlError error = errorOf([&] { session->execute(sql); });
  EXPECT_EQ(error.kind(), SqlErrorKind::Syntax);
  EXPECT_EQ(error.failure().offset, sql.find("create table b"));
  EXPECT_TRUE(session->query("select * from sqlite_schema").empty());
  EXPECT_EQ(errorOf([&] { session->query("select 1; nonsense"); }).kind(), SqlErrorKind::Syntax);
  EXPECT_NO_THROW(session->execute("select 1; -- that was it\n ; /* really */"));
  EXPECT_EQ(session->query(" ; select 7").integer(0, 0), 7);
}

TEST_F(SqliteSessionTest, RefusesNulBytes_InsteadOfCuttingTheTextThere) {
  EXPECT_EQ(errorOf([&] { session->execute(std::string_view("select 1\0 from x", 16)); }).failure().offset, 8U);
  const std::array<Value, 1> parameters{std::string("a\0b", 3)};
  EXPECT_THAT(errorOf([&] { session->query("select $1", parameters); }).what(), HasSubstr("NUL"));
}

TEST_F(SqliteSessionTest, SaysWhereAStatementIsWrong) {
  const SqlError error = errorOf([&] { session->query(" ; select 'ä', wrong"); });
  EXPECT_EQ(error.kind(), SqlErrorKind::MissingObject);
  EXPECT_EQ(error.failure().sqlState, "SQLITE_ERROR");
  EXPECT_TRUE(error.recovery().connectionUsable);
  EXPECT_TRUE(error.recovery().outcomeKnown);
  EXPECT_FALSE(error.recovery().retryable);
  EXPECT_EQ(error.failure().offset, std::string(" ; select 'ä', ").size());
}

TEST_F(SqliteSessionTest, StreamsRowByRow) {
  std::int64_t sum = 0;
  session->stream("with recursive n (i) as (select 1 union all select i + 1 from n where i < 100000) select i from n",
                  {}, [&](std::span<const Value> row) {
                    sum += std::stoll(row[0].value());
                    return true;
                  });
  EXPECT_EQ(sum, 5000050000);
}

TEST_F(SqliteSessionTest, BreaksOffAStream_AndStaysUsable) {
  const char* endless = "with recursive n (i) as (select 1 union all select i + 1 from n) select i from n";
  int rows = 0;
  session->stream(endless, {}, [&](std::span<const Value>) { return ++rows < 10; });
  EXPECT_EQ(rows, 10);
  EXPECT_THROW(session->stream(endless, {}, [](std::span<const Value>) -> bool { throw std::runtime_error("no"); }),
               std::runtime_error);
  EXPECT_EQ(session->query("select 1").integer(0, 0), 1);
  session->begin();
  session->execute("create table t (a)");
  session->commit();
}

TEST_F(SqliteSessionTest, RollsBackChangesOfTheSchema) {
  session->begin();
  EXPECT_TRUE(session->inTransaction());
  session->execute("create table t (a)");
  session->rollback();
  EXPECT_FALSE(session->inTransaction());
  session->begin();
  session->execute("create table u (a)");
  session->commit();
  EXPECT_FALSE(session->inTransaction());
  EXPECT_EQ(connectTo(file)->query("select group_concat(name) from sqlite_schema").text(0, 0), "u");
  EXPECT_EQ(session->transactionId(), "");
}

TEST_F(SqliteSessionTest, KeepsTheTransaction_WhereAStatementAloneFails) {
  session->execute("create table t (a unique)");
  session->begin();
  session->execute("insert into t values (1)");
  EXPECT_EQ(errorOf([&] { session->execute("insert into t values (1)"); }).failure().sqlState,
            "SQLITE_CONSTRAINT_UNIQUE");
  EXPECT_TRUE(session->inTransaction());
  session->commit();
  EXPECT_EQ(session->query("select count(*) from t").integer(0, 0), 1);
}

TEST_F(SqliteSessionTest, ThrowsAtCommitAndBeginWithoutTheirTransaction) {
  EXPECT_THROW(session->commit(), SqlError);
  EXPECT_THROW(session->rollback(), SqlError);
  session->begin();
  EXPECT_EQ(errorOf([&] { session->begin(); }).kind(), SqlErrorKind::InTransaction);
  EXPECT_TRUE(session->inTransaction());
}

/// A statement that fails and takes the transaction with it.
struct Fatal {
  const char* name;
  const char* before;
  const char* sql;
  SqlErrorKind kind;
};

class SqliteFatal : public SqliteSessionTest, public testing::WithParamInterface<Fatal> {};

TEST_P(SqliteFatal, LeavesNothingButARollback) {
  session->execute("create table t (a unique)");
  session->execute("insert into t values (1)");
  if (*GetParam().before != '\0') session->execute(GetParam().before);
  session->begin();
  session->execute("insert into t values (2)");
  const SqlError error = errorOf([&] { session->execute(GetParam().sql); });
  EXPECT_EQ(error.kind(), GetParam().kind) << error.what();
  EXPECT_TRUE(error.recovery().outcomeKnown);
  EXPECT_TRUE(session->inTransaction());
  // Each of these would otherwise be committed by itself.
  EXPECT_EQ(errorOf([&] { session->execute("insert into t values (3)"); }).failure().sqlState, "SQLITE_ABORT_ROLLBACK");
  EXPECT_EQ(errorOf([&] { session->query("select 1"); }).failure().sqlState, "SQLITE_ABORT_ROLLBACK");
  EXPECT_EQ(errorOf([&] { session->commit(); }).failure().sqlState, "SQLITE_ABORT_ROLLBACK");
  session->rollback();
  EXPECT_FALSE(session->inTransaction());
  EXPECT_EQ(session->query("select group_concat(a) from t").text(0, 0), "1");
  session->begin();
  session->commit();
}

INSTANTIATE_TEST_SUITE_P(
    SqliteSession, SqliteFatal,
    testing::Values(Fatal{"ConflictClause", "", "insert or rollback into t values (1)", SqlErrorKind::Other},
                    Fatal{"Trigger", "create trigger x before delete on t begin select raise(rollback, 'no'); end",
                          "delete from t", SqlErrorKind::Other},
                    Fatal{"FullDisk", "pragma max_page_count = 10", "insert into t values (zeroblob(1000000))",
                          SqlErrorKind::OutOfSpace}),
    [](const auto& one) { return one.param.name; });

TEST_F(SqliteSessionTest, TakesRollbackAsAStatementToo_AfterAFatalError) {
  session->execute("create table t (a unique)");
  session->begin();
  session->execute("insert into t values (1)");
  errorOf([&] { session->execute("insert or rollback into t values (1)"); });
  EXPECT_THROW(session->execute("rollback to s"), SqlError);
  EXPECT_EQ(session->execute("rollback").tag, "ROLLBACK");
  EXPECT_FALSE(session->inTransaction());
}

TEST_F(SqliteSessionTest, ReportsAFullDisk_OutsideATransactionToo) {
  session->execute("create table t (a)");
  session->execute("pragma max_page_count = 5");
  const SqlError error = errorOf([&] { session->execute("insert into t values (zeroblob(1000000))"); });
  EXPECT_EQ(error.kind(), SqlErrorKind::OutOfSpace);
  EXPECT_THAT(error.failure().hint, HasSubstr("max_page_count"));
  EXPECT_FALSE(session->inTransaction());
  EXPECT_EQ(session->query("select count(*) from t").integer(0, 0), 0);
}

TEST_F(SqliteSessionTest, ReportsAFileThatMayNotGrow) {
  session->execute("create table t (a)");
  const std::string said = Child([&] {
                             signal(SIGXFSZ, SIG_IGN);
                             const rlimit small{.rlim_cur = 100'000, .rlim_max = RLIM_INFINITY};
                             setrlimit(RLIMIT_FSIZE, &small);
                             const auto limited = connectTo(file);
                             const SqlError error =
                                 errorOf([&] { limited->execute("insert into t values (zeroblob(1000000))"); });
                             return (error.kind() == SqlErrorKind::OutOfSpace ? "out of space: " : "other: ") +
                                    std::string(error.what()) + " " + error.failure().hint;
                           }).said();
  EXPECT_THAT(said, HasSubstr("out of space: "));
  EXPECT_THAT(said, HasSubstr("File too large (SQLITE_IOERR_WRITE)"));
  EXPECT_THAT(said, HasSubstr("ulimit -f"));
  EXPECT_EQ(session->query("select count(*) from t").integer(0, 0), 0);
}

TEST_F(SqliteSessionTest, ReportsADatabaseThatMayNotBeWritten) {
  session->execute("create table t (a)");
  session->execute("pragma query_only = on");
  EXPECT_EQ(errorOf([&] { session->execute("insert into t values (1)"); }).kind(), SqlErrorKind::ReadOnly);
}

TEST_F(SqliteSessionTest, KeepsTheTransaction_WhereItsEndIsRefused) {
  session->execute("pragma foreign_keys = on");
  session->execute("create table p (a primary key)");
  session->execute("create table c (a references p deferrable initially deferred)");
  session->begin();
  session->execute("insert into c values (1)");
  EXPECT_EQ(errorOf([&] { session->commit(); }).failure().sqlState, "SQLITE_CONSTRAINT_FOREIGNKEY");
  EXPECT_TRUE(session->inTransaction());
  session->execute("insert into p values (1)");
  session->commit();
}

TEST_F(SqliteSessionTest, BeginsAnewWithReset) {
  session->execute("create table t (a)");
  session->execute("create temp table u (a)");
  session->execute("pragma foreign_keys = on");
  engine().setLimits(*session, {.lock = Milliseconds(1), .statement = Milliseconds(1)});
  ASSERT_FALSE(engine().tryLockDatabase(*session));
  session->reset();
  EXPECT_EQ(session->query("pragma foreign_keys").text(0, 0), "0");
  EXPECT_TRUE(session->query("select * from temp.sqlite_schema").empty());
  EXPECT_NO_THROW(
      session->query("with recursive n (i) as (select 1 union all select i + 1 from n where i < 1000000) "
                     "select max(i) from n"));
  EXPECT_FALSE(engine().tryLockDatabase(*connectTo(file)));
}

TEST_F(SqliteSessionTest, CantBeUsed_WhereItsFileCantBeOpenedAnew) {
  ASSERT_FALSE(engine().tryLockDatabase(*session));
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  EXPECT_EQ(errorOf([&] { session->reset(); }).kind(), SqlErrorKind::ConnectionRefused);
  EXPECT_FALSE(session->usable());
  EXPECT_FALSE(session->inTransaction());
  EXPECT_FALSE(errorOf([&] { session->query("select 1"); }).recovery().connectionUsable);
  EXPECT_FALSE(std::filesystem::exists(file + "-hotswap-lock"));
}

TEST_F(SqliteSessionTest, KeepsADatabaseInMemoryOverReset) {
  const auto memory = connectTo(":memory:");
  memory->execute("create table t (a)");
  memory->reset();
  EXPECT_EQ(memory->query("select count(*) from t").integer(0, 0), 0);
}

}  // namespace
}  // namespace hotswap::db::sqlite
