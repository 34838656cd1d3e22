// The class of an error is read from SQLite's words: each wording is got from the library itself.
#include "db/sqlite/sqlite_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "db/sqlite/sqlite_file.h"

namespace hotswap::db::sqlite {
namespace {

/// The failure of the last of some statements, which are run one after the other.
SqlFailure failureFrom(const std::string& before, const std::string& sql) {
  const OpenFile file = openFile(inMemory);
  EXPECT_EQ(sqlite3_exec(file.connection.get(), before.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(file.connection.get());
  const int code = sqlite3_exec(file.connection.get(), sql.c_str(), nullptr, nullptr, nullptr);
  EXPECT_NE(code, SQLITE_OK) << sql;
  return failureOf(file.connection.get(), sqlite3_extended_errcode(file.connection.get()), sql);
}

struct Case {
  const char* before;
  const char* sql;
  const char* words;  ///< part of the message, so that another mistake is not taken for this one
};

constexpr const char* things =
    "create table t (a); create table u (a); create view v as select 1 as a; create index i on t (a); "
    "create trigger x after insert on t begin select 1; end; attach ':memory:' as other";

void expectKind(SqlErrorKind kind, const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    const SqlFailure failure = failureFrom(one.before, one.sql);
    EXPECT_THAT(failure.message, testing::HasSubstr(one.words)) << one.sql;
    EXPECT_EQ(failure.kind, kind) << one.sql << ": " << failure.message;
  }
}

TEST(SqliteError, KnowsEveryWayToSayThatSomethingIsMissing) {
  expectKind(
      SqlErrorKind::MissingObject,
      {{things, "select * from absent", "no such table: absent"},
       {things, "drop view absent", "no such view: absent"},
       {things, "drop index absent", "no such index: absent"},
       {things, "drop trigger absent", "no such trigger: absent"},
       {things, "select absent from t", "no such column: absent"},
       {things, "alter table t drop column absent", "no such column: \"absent\""},
       {things, "update t set absent = 1", "no such column: absent"},
       {things, "insert into t (absent) values (1)", "has no column named absent"},
       {things, "select absent(1)", "no such function: absent"},
       {things, "create virtual table w using absent(a)", "no such module: absent"},
       {things, "select a from t order by a collate absent", "no such collation sequence: absent"},
       {things, "detach absent", "no such database: absent"},
       {things, "select row_number() over absent from t", "no such window: absent"},
       {things, "release absent", "no such savepoint: absent"},
       {things, "create table absent.t (a)", "unknown database absent"},
       {things, "create table w (a, foreign key (b) references t (a))", "unknown column \"b\""},
       {things, "reindex absent", "unable to identify the object to be reindexed"},
       {"create table w (a, b default (absent(1)))", "insert into w (a) values (1)", "unknown function: absent"}});
}

TEST(SqliteError, KnowsEveryWayToSayThatSomethingIsThereAlready) {
  expectKind(SqlErrorKind::DuplicateObject,
             {{things, "create table t (a)", "table t already exists"},
              {things, "create view t as select 1", "table t already exists"},
              {things, "create table v (a)", "view v already exists"},
              {things, "create index i on u (a)", "index i already exists"},
              {things, "create trigger x after insert on t begin select 1; end", "trigger x already exists"},
              {things, "create table i (a)", "there is already an index named i"},
              {things, "create index u on t (a)", "there is already a table named u"},
              {things, "alter table t rename to u", "there is already another table or index with this name: u"},
              {things, "alter table t add column a", "duplicate column name: a"},
              {things, "attach ':memory:' as other", "database other is already in use"}});
}

TEST(SqliteError, KnowsEveryWayToSayThatTheGrammarIsBroken) {
  const std::string deep = "select " + std::string(300, '(') + "1";
  expectKind(SqlErrorKind::Syntax, {{things, "selct 1", "near \"selct\": syntax error"},
                                    {things, "select (1", "incomplete input"},
                                    {things, "select 'a", "unrecognized token: \"'a\""},
                                    {things, deep.c_str(), "parser stack overflow"},
                                    {things, "create table w (a) absent", "unknown table option: absent"},
                                    {things, "select * from t cross left right join u", "unknown join type: cross"}});
}

TEST(SqliteError, KnowsEveryWayToSayThatATransactionIsInTheWay) {
  const char* open = "begin; create table t (a)";
  expectKind(SqlErrorKind::InTransaction,
             {{open, "vacuum", "cannot VACUUM from within a transaction"},
              {open, "begin", "cannot start a transaction within a transaction"},
              {open, "pragma synchronous = 1", "Safety level may not be changed inside a transaction"},
              {"create temp table t (a); begin; insert into t values (1)", "pragma temp_store = 2",
               "temporary storage cannot be changed from within a transaction"}});
  EXPECT_EQ(kindOf(SQLITE_ERROR, "cannot change into wal mode from within a transaction"), SqlErrorKind::InTransaction);
  EXPECT_EQ(kindOf(SQLITE_ERROR, "cannot change out of wal mode from within a transaction"),
            SqlErrorKind::InTransaction);
}

TEST(SqliteError, IsNotFooledByNames) {
  expectKind(SqlErrorKind::MissingObject,
             {{things, "select * from \"x already exists\"", "no such table: x already exists"},
              {things, R"(select * from "near ""x"": syntax error")", R"(no such table: near "x": syntax error)"}});
  expectKind(SqlErrorKind::DuplicateObject,
             {{"create table \"no such table: t\" (a)", "create table \"no such table: t\" (a)", "already exists"}});
  // A trigger says what its writer wants, under another code.
  expectKind(SqlErrorKind::Other,
             {{"create table t (a); create trigger x before insert on t begin select raise(abort, 'no such table: t'); "
               "end",
               "insert into t values (1)", "no such table: t"}});
}

TEST(SqliteError, HasNoClass_ForWhatDecidesNothing) {
  expectKind(SqlErrorKind::Other,
             {{"create table t (a unique); insert into t values (1)", "insert into t values (1)", "UNIQUE constraint"},
              {things, "select count(1, 2)", "wrong number of arguments"},
              {"create table t (a, b); create view w as select a from t", "alter table t drop column a",
               "error in view w after drop column"},
              {things, "insert into t values (1, 2)", "has 1 columns but 2 values"}});
}

TEST(SqliteError, TellsTheClassByItsCode) {
  EXPECT_EQ(kindOf(SQLITE_BUSY, ""), SqlErrorKind::LockTimeout);
  EXPECT_EQ(kindOf(SQLITE_BUSY_RECOVERY, ""), SqlErrorKind::LockTimeout);
  EXPECT_EQ(kindOf(SQLITE_BUSY_SNAPSHOT, ""), SqlErrorKind::Serialization);
  EXPECT_EQ(kindOf(SQLITE_LOCKED_SHAREDCACHE, ""), SqlErrorKind::LockTimeout);
  EXPECT_EQ(kindOf(SQLITE_PROTOCOL, ""), SqlErrorKind::LockTimeout);
  EXPECT_EQ(kindOf(SQLITE_INTERRUPT, ""), SqlErrorKind::Canceled);
  EXPECT_EQ(kindOf(SQLITE_READONLY_DIRECTORY, ""), SqlErrorKind::ReadOnly);
  EXPECT_EQ(kindOf(SQLITE_FULL, ""), SqlErrorKind::OutOfSpace);
  EXPECT_EQ(kindOf(SQLITE_IOERR_FSYNC, ""), SqlErrorKind::Other);
  EXPECT_EQ(kindOf(SQLITE_AUTH, ""), SqlErrorKind::InsufficientPrivilege);
  EXPECT_EQ(kindOf(SQLITE_PERM, ""), SqlErrorKind::InsufficientPrivilege);
  EXPECT_EQ(kindOf(SQLITE_CORRUPT, "no such table: t"), SqlErrorKind::Other);
}

TEST(SqliteError, LetsLocksBeRetried_AndNothingElse) {
  for (const SqlErrorKind kind : {SqlErrorKind::LockTimeout, SqlErrorKind::Serialization}) {
    EXPECT_TRUE(recoveryFrom(kind).retryable);
  }
  for (const SqlErrorKind kind : {SqlErrorKind::Other, SqlErrorKind::Syntax, SqlErrorKind::StatementTimeout,
                                  SqlErrorKind::Canceled, SqlErrorKind::ReadOnly, SqlErrorKind::OutOfSpace}) {
    EXPECT_FALSE(recoveryFrom(kind).retryable);
  }
}

TEST(SqliteError, CallsCodesByTheirNames) {
  EXPECT_EQ(symbolOf(SQLITE_CONSTRAINT_UNIQUE), "SQLITE_CONSTRAINT_UNIQUE");
  EXPECT_EQ(symbolOf(SQLITE_ERROR), "SQLITE_ERROR");
  EXPECT_EQ(symbolOf(SQLITE_IOERR | (200 << 8)), "SQLITE_IOERR");
  EXPECT_EQ(symbolOf(99), "SQLITE_99");
}

TEST(SqliteError, PointsAtThePlace_AndAtTheEndOfWhatBreaksOff) {
  EXPECT_EQ(failureFrom("", "select 'ä', wrong").offset, 13U);
  EXPECT_EQ(failureFrom("", "select (1").offset, 9U);
}

TEST(SqliteError, PutsTheNameBehindTheSentence_WithoutCallingItAnSqlState) {
  const SqlError error(failureFrom("create table t (a unique); insert into t values (1)", "insert into t values (1)"),
                       {});
  EXPECT_STREQ(error.what(), "UNIQUE constraint failed: t.a (SQLITE_CONSTRAINT_UNIQUE)");
  EXPECT_STREQ(SqlError({.sqlState = "23505", .message = "twice"}, {}).what(), "twice (SQLSTATE 23505)");
}

}  // namespace
}  // namespace hotswap::db::sqlite
