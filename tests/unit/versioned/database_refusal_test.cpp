#include "versioned/database_refusal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotswap::versioned {
namespace {

using db::SqlErrorKind;
using testing::HasSubstr;
using testing::Not;

db::SqlError errorOf(SqlErrorKind kind, const std::string& state, const std::string& message = "the server's words") {
  return {{.kind = kind, .sqlState = state, .message = message, .detail = {}, .hint = {}}, {}};
}

struct Case {
  SqlErrorKind kind;
  const char* state;
  ErrorCode code;
  const char* advice;  ///< a part of it
};
class DatabaseRefusal : public testing::TestWithParam<Case> {};

TEST_P(DatabaseRefusal, IsToldWithItsCodeAndWhatToDo) {
  const Error told = explained(errorOf(GetParam().kind, GetParam().state), "shop");
  EXPECT_EQ(told.code(), GetParam().code);
  EXPECT_THAT(told.what(), HasSubstr("the server's words"));
  EXPECT_THAT(told.what(), HasSubstr(GetParam().advice));
}

INSTANTIATE_TEST_SUITE_P(
    All, DatabaseRefusal,
    testing::Values(
        Case{SqlErrorKind::InsufficientPrivilege, "42501", ErrorCode::Forbidden, "grant"},
        Case{SqlErrorKind::ReadOnly, "25006", ErrorCode::Forbidden, "primary"},
        Case{SqlErrorKind::MissingObject, "3F000", ErrorCode::NotFound, "--history-schema"},
        Case{SqlErrorKind::MissingObject, "42P01", ErrorCode::NotFound, "the server's words (SQLSTATE 42P01)."},
        Case{SqlErrorKind::DuplicateObject, "42P07", ErrorCode::Conflict, "rename"},
        Case{SqlErrorKind::LockTimeout, "SQLITE_BUSY", ErrorCode::Unavailable, "--wait"},
        Case{SqlErrorKind::StatementTimeout, "57014", ErrorCode::Unavailable, "statement_timeout"},
        Case{SqlErrorKind::OutOfSpace, "53100", ErrorCode::Unavailable, "room"},
        Case{SqlErrorKind::ConnectionLost, "57P01", ErrorCode::Unavailable, "again"},
        Case{SqlErrorKind::ConnectionRefused, "28P01", ErrorCode::Unauthorized, "password"},
        Case{SqlErrorKind::ConnectionRefused, "28000", ErrorCode::Unauthorized, "user"},
        Case{SqlErrorKind::ConnectionRefused, "3D000", ErrorCode::NotFound, "create"},
        Case{SqlErrorKind::ConnectionRefused, "42501", ErrorCode::Forbidden, "CONNECT"},
        Case{SqlErrorKind::ConnectionRefused, "53300", ErrorCode::Unavailable, "the server's words"},
        Case{SqlErrorKind::ConnectionRefused, "SQLITE_NOTADB", ErrorCode::ValidationError, "file of a database"},
        Case{SqlErrorKind::ConnectionRefused, "SQLITE_CANTOPEN", ErrorCode::NotFound, "folder"},
        Case{SqlErrorKind::ConnectionRefused, "SQLITE_CANTOPEN_ISDIR", ErrorCode::ValidationError, "file in it"},
        Case{SqlErrorKind::ConnectionRefused, "SQLITE_PERM", ErrorCode::Forbidden, "write"},
        Case{SqlErrorKind::ConnectionRefused, "", ErrorCode::Unavailable, "the server's words"},
        Case{SqlErrorKind::Other, "XX000", ErrorCode::InternalError, "the server's words (SQLSTATE XX000)."}));

TEST(DatabaseRefusal, NamesTheDatabase_UnlessItsSentenceDoes) {
  EXPECT_THAT(explained(errorOf(SqlErrorKind::LockTimeout, "SQLITE_BUSY", "database is locked"), "app.db").what(),
              HasSubstr("app.db: database is locked (SQLITE_BUSY). Another"));
  EXPECT_THAT(explained(errorOf(SqlErrorKind::ConnectionRefused, "3D000"), "shop").what(), Not(HasSubstr("shop")));
  EXPECT_THAT(explained(errorOf(SqlErrorKind::InsufficientPrivilege, ""), "shop").what(), Not(HasSubstr("shop")));
  EXPECT_THAT(explained(errorOf(SqlErrorKind::ReadOnly, "25006"), "").what(), testing::StartsWith("the server's"));
}

TEST(DatabaseRefusal, PassesOnWhatTheEngineKnows) {
  const db::SqlError error({.kind = SqlErrorKind::OutOfSpace,
                            .sqlState = "SQLITE_FULL",
                            .message = "disk full",
                            .detail = "more of it",
                            .hint = "The engine's hint."},
                           {.retryable = true, .outcomeKnown = false});
  const Error told = explained(error, "app.db");
  EXPECT_THAT(told.what(), testing::EndsWith("(SQLITE_FULL). The engine's hint."));
  ASSERT_EQ(told.details().size(), 1U);
  EXPECT_EQ(told.details()[0].message, "more of it");
  EXPECT_TRUE(told.recovery().retryable);
  EXPECT_FALSE(told.recovery().outcomeKnown);
}

}  // namespace
}  // namespace hotswap::versioned
