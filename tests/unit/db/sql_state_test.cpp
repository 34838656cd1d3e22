#include "db/postgres/sql_state.h"

#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <memory>
#include <set>
#include <string>

#include "domain/connection_keywords.h"

namespace hotswap::db::postgres {
namespace {

TEST(SqlState, TellsTheClassOfAnError) {
  EXPECT_EQ(kindOf("42601"), SqlErrorKind::Syntax);
  EXPECT_EQ(kindOf("55P03"), SqlErrorKind::LockTimeout);
  EXPECT_EQ(kindOf("40P01"), SqlErrorKind::Deadlock);
  EXPECT_EQ(kindOf("40001"), SqlErrorKind::Serialization);
  EXPECT_EQ(kindOf("57014"), SqlErrorKind::Canceled);
  EXPECT_EQ(kindOf("42P01"), SqlErrorKind::MissingObject);
  EXPECT_EQ(kindOf("42P07"), SqlErrorKind::DuplicateObject);
  EXPECT_EQ(kindOf("25001"), SqlErrorKind::InTransaction);
  EXPECT_EQ(kindOf("25006"), SqlErrorKind::ReadOnly);
  EXPECT_EQ(kindOf("42501"), SqlErrorKind::InsufficientPrivilege);
  EXPECT_EQ(kindOf("53100"), SqlErrorKind::OutOfSpace);
  EXPECT_EQ(kindOf("57P03"), SqlErrorKind::ConnectionRefused);
}

TEST(SqlState, CountsEveryEndOfTheConnectionAsLost) {
  for (const char* state : {"08000", "08003", "08006", "08P01", "57P01", "57P02", "57P05", "25P03"}) {
    EXPECT_EQ(kindOf(state), SqlErrorKind::ConnectionLost) << state;
  }
}

TEST(SqlState, HasNoClass_ForCodesThatDecideNothing) {
  for (const char* state : {"", "0", "23505", "22012", "XX000", "zzzzz", "426011"}) {
    EXPECT_EQ(kindOf(state), SqlErrorKind::Other) << state;
  }
}

TEST(SqlState, LetsLocksAndConflictsBeRetried_AndNothingElse) {
  for (const SqlErrorKind kind : {SqlErrorKind::LockTimeout, SqlErrorKind::Deadlock, SqlErrorKind::Serialization}) {
    EXPECT_TRUE(recoveryFrom(kind).retryable);
  }
  for (const SqlErrorKind kind : {SqlErrorKind::Other, SqlErrorKind::Syntax, SqlErrorKind::StatementTimeout,
                                  SqlErrorKind::Canceled, SqlErrorKind::MissingObject, SqlErrorKind::OutOfSpace}) {
    EXPECT_FALSE(recoveryFrom(kind).retryable);
  }
}

TEST(ConnectFailure, TakesTheCodeOutOfTheMessage_AndLeavesTheSourceOut) {
  const SqlFailure failure = connectFailureOf(
      "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  28P01: password authentication failed for user "
      "\"ada\"\n"
      "LOCATION:  auth_failed, auth.c:331\n");
  EXPECT_EQ(failure.sqlState, "28P01");
  EXPECT_EQ(failure.kind, SqlErrorKind::ConnectionRefused);
  EXPECT_EQ(failure.message,
            "connection to server at \"127.0.0.1\", port 5432 failed: FATAL: password authentication failed for user "
            "\"ada\"");
}

TEST(ConnectFailure, ReadsTheCode_InAnyLanguage) {
  EXPECT_EQ(connectFailureOf("Verbindung fehlgeschlagen: FATAL:  3D000: Datenbank »x« existiert nicht\nORT:  a, b.c:1")
                .sqlState,
            "3D000");
}

TEST(ConnectFailure, HasNoCode_WhereTheServerSaidNothing) {
  const SqlFailure failure = connectFailureOf("connection refused:  Is it running\n\ton that host?\n");
  EXPECT_EQ(failure.sqlState, "");
  EXPECT_EQ(failure.message, "connection refused: Is it running on that host?");
}

TEST(ConnectFailure, TakesTheLastCode_OfSeveralAttempts) {
  EXPECT_EQ(connectFailureOf("a failed: FATAL:  28000: no\nLOCATION:  f, g.c:2\nb failed: FATAL:  57P03: starting\n")
                .sqlState,
            "57P03");
}

TEST(ConnectFailure, SurvivesNonsense) {
  for (const char* text : {"", "\n", ":  ", ":  28P01", ":  28P01: ", ":  abcde: x", "\n\n:  57P03: \n"}) {
    EXPECT_EQ(connectFailureOf(text).kind, SqlErrorKind::ConnectionRefused);
  }
}

/// libpq's own list, without what it keeps for debugging or no longer uses.
std::set<std::string> libpqKeywords() {
  std::set<std::string> keywords;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconndefaults(), &PQconninfoFree);
  for (const PQconninfoOption* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
    if (std::string(option->dispchar) != "D" || std::string(option->keyword) == "replication" ||
        std::string(option->keyword).find('_') != std::string::npos ||
        std::string(option->keyword).starts_with("ssl") || std::string(option->keyword).starts_with("keepalives") ||
        std::string(option->keyword) == "options") {
      keywords.insert(option->keyword);
    }
  }
  return keywords;
}

TEST(ConnectionKeywords, AreThoseThatLibpqKnows) {
  const std::set<std::string> keywords = libpqKeywords();
  ASSERT_GT(keywords.size(), 20U);
  for (const std::string& keyword : keywords) EXPECT_TRUE(isConnectionKeyword(keyword)) << keyword;
}

}  // namespace
}  // namespace hotswap::db::postgres
