#include "api/error_body.h"

#include <fmt/format.h>

#include <new>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"
#include "base/time_text.h"
#include "db/sql_error.h"
#include "observe/log.h"

namespace hotswap::api {

namespace {

std::string summaryOf(const std::vector<Finding>& findings) {
  const Finding& first = findings.front();
  const std::string place = first.line > 0 ? fmt::format(" at line {}, column {}", first.line, first.column) : "";
  const std::string more = findings.size() > 1 ? fmt::format(" ({} problems in all)", findings.size()) : "";
  return fmt::format("The {} is refused{}: {}{}",
                     first.script == "rollbackScript" ? "rollback script" : "migration script", place, first.message,
                     more);
}

Json detailsOf(const Error& error) {
  Json details = Json::array();
  if (const auto* const script = dynamic_cast<const ScriptError*>(&error)) {
    for (const Finding& finding : script->findings()) {
      Json detail{{"field", finding.script}, {"message", finding.message}};
      if (finding.line > 0) {
        detail["line"] = finding.line;
        detail["column"] = finding.column;
      }
      details.push_back(std::move(detail));
    }
    return details;
  }
  for (const ErrorDetail& detail : error.details()) {
    details.push_back({{"field", detail.field}, {"message", detail.message}});
  }
  return details;
}

/// What a caller learns about the SQL that failed, beside the contract's own members.
void addSqlFacts(const Error& error, Json& body) {
  if (const auto* const sql = dynamic_cast<const db::SqlError*>(&error)) {
    if (!sql->failure().sqlState.empty()) body["sqlState"] = sql->failure().sqlState;
  }
  if (const auto* const script = dynamic_cast<const ScriptError*>(&error)) {
    const Finding& first = script->findings().front();
    if (!first.sqlState.empty()) body["sqlState"] = first.sqlState;
    if (first.line > 0) {
      body["line"] = first.line;
      body["column"] = first.column;
    }
    if (!script->statement().empty()) body["statement"] = oneLine(script->statement(), 1000);
  }
}

/// Whether a target refuses the connection for as long as nobody corrects something: a wrong password, user, database.
bool isRefusedForGood(const Error& error) {
  const auto* const sql = dynamic_cast<const db::SqlError*>(&error);
  return sql != nullptr && sql->kind() == db::SqlErrorKind::ConnectionRefused && !error.recovery().retryable;
}

}  // namespace

ScriptError::ScriptError(std::vector<Finding> findings, std::string statement)
    : Error(ErrorCode::ValidationError, summaryOf(findings)),
      findings_(std::move(findings)),
      statement_(std::move(statement)) {}

int statusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::ValidationError: return 400;
    case ErrorCode::Unauthorized: return 401;
    case ErrorCode::Forbidden: return 403;
    case ErrorCode::NotFound: return 404;
    case ErrorCode::MethodNotAllowed: return 405;
    case ErrorCode::Conflict: return 409;
    case ErrorCode::PreconditionFailed: return 412;
    case ErrorCode::PayloadTooLarge: return 413;
    case ErrorCode::UnsupportedMediaType: return 415;
    case ErrorCode::RateLimitExceeded: return 429;
    case ErrorCode::InternalError: return 500;
    case ErrorCode::Unavailable: return 503;
  }
  return 500;
}

Response errorResponse(const Error& error, const std::string& traceId, TimePoint now) {
  const bool ours = error.code() == ErrorCode::InternalError;
  // Being busy is told to those who ask; a line for each of them would fill the log just then.
  const bool away = error.code() == ErrorCode::Unavailable && !error.recovery().retryable;
  if (ours || away) observe::logError(fmt::format("A request failed: {}", error.what()));
  const bool fromTarget = dynamic_cast<const db::SqlError*>(&error) != nullptr;
  const bool forGood = isRefusedForGood(error);
  const char* const advice =
      forGood ? " Trying again does not help: correct the connection string, or what the server says." : "";
  Json body{{"code", toText(error.code())},
            {"message",
             ours && !fromTarget
                 ? fmt::format("Something went wrong inside the service; its log says more under trace id {}.", traceId)
                 : observe::redact(error.what()) + advice},
            {"details", detailsOf(error)},
            {"traceId", traceId},
            {"timestamp", toRfc3339(now)}};
  addSqlFacts(error, body);
  Response response = jsonResponse(statusOf(error.code()), Json{{"error", std::move(body)}});
  if (error.code() == ErrorCode::Unavailable && !forGood) response.headers.emplace_back("Retry-After", "1");
  if (error.code() == ErrorCode::Unauthorized)
    response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"hotswap\"");
  return response;
}

Response errorResponse(const std::exception_ptr& failure, const std::string& traceId, TimePoint now) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return errorResponse(error, traceId, now);
  } catch (const std::bad_alloc&) {
    return errorResponse(Error(ErrorCode::Unavailable, "The service is short of memory; try again in a moment."),
                         traceId, now);
  } catch (const std::exception& error) {
    return errorResponse(Error(ErrorCode::InternalError, error.what()), traceId, now);
  } catch (...) {
    return errorResponse(Error(ErrorCode::InternalError, "something that is no exception was thrown"), traceId, now);
  }
}

}  // namespace hotswap::api
