#pragma once
#include <string>
#include <string_view>

namespace hotswap::observe {

/// Sets up the process-wide log on standard error: one JSON object a line (`time`, `level`, `message`, `traceId`), or
/// plain text where standard error is a terminal. `level`: `debug`, `info`, `warning`, `error`; throws Error
/// (ValidationError) for another one. Without it, warnings and errors go to standard error as plain text.
enum class LogFormat { Automatic, Json, Text };
void setUpLog(std::string_view level, LogFormat format);

// One line each. Texts pass through `redact` first. Safe from any thread.
void logDebug(std::string_view message);
void logInfo(std::string_view message);
void logWarning(std::string_view message);
void logError(std::string_view message);

/// The trace id that this thread's lines carry while the object lives.
class LogContext {
 public:
  explicit LogContext(std::string traceId);
  LogContext(const LogContext&) = delete;
  LogContext& operator=(const LogContext&) = delete;
  ~LogContext();

 private:
  std::string previous_;
};

/// A text with what looks like a secret replaced by `****`: values of password, pwd, secret and token keys in key=value
/// and JSON form, passwords in URIs, bearer tokens, `PASSWORD '…'` in SQL.
std::string redact(std::string_view text);

}  // namespace hotswap::observe
