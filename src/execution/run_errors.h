#pragma once
#include <cstddef>
#include <string>

#include "base/error.h"
#include "db/sql_error.h"

namespace hotswap::execution {

/// The run was asked to stop, and did; the present unit is undone.
class Stopped : public Error {
 public:
  Stopped(const std::string& message, bool changedAnything)
      : Error(ErrorCode::Conflict, message, {}, {.changedAnything = changedAnything}) {}
};

/// An attempt at a unit was given up for a reason that passes: it is undone and may be tried again.
class AttemptBroken : public Error {
 public:
  /// `heldTooLong`: it had its locks and others waited for them, so that trying again alone will not help for ever.
  AttemptBroken(const std::string& message, db::SqlFailure failure, std::size_t statement, bool heldTooLong)
      : Error(ErrorCode::Conflict, message, {}, {.retryable = true}),
        failure_(std::move(failure)),
        statement_(statement),
        heldTooLong_(heldTooLong) {}
  [[nodiscard]] const db::SqlFailure& failure() const { return failure_; }
  [[nodiscard]] std::size_t statement() const { return statement_; }
  [[nodiscard]] bool heldTooLong() const { return heldTooLong_; }

 private:
  db::SqlFailure failure_;
  std::size_t statement_;
  bool heldTooLong_;
};

/// Whether the present unit was done can't be found out now.
class OutcomeUnknown : public Error {
 public:
  explicit OutcomeUnknown(const std::string& message)
      : Error(ErrorCode::Unavailable, message, {},
              {.connectionUsable = false, .outcomeKnown = false, .changedAnything = true}) {}
};

/// Whether an error says that the connection is gone or could not be made.
inline bool isLost(const db::SqlError& error) {
  return error.kind() == db::SqlErrorKind::ConnectionLost || error.kind() == db::SqlErrorKind::ConnectionRefused ||
         !error.recovery().connectionUsable;
}

}  // namespace hotswap::execution
