#pragma once
#include <string>
#include <string_view>

namespace hotswap::observe {

/// Sets up the process-wide log on standard error: one JSON object a line (`time`, `level`, `message` and, where there
/// is one, `traceId`), or plain text where standard error is a terminal. `level`: `debug`, `info`, `warning`, `error`;
/// throws Error (ValidationError) for another one. Without it, warnings and errors go to standard error as plain text.
/// May be called again, while other threads log, too.
enum class LogFormat { Automatic, Json, Text };
void setUpLog(std::string_view level, LogFormat format);

// One line each, whatever the text holds: line breaks and other control characters are escaped, broken UTF-8 becomes
// U+FFFD. Texts pass through `redact` first. Safe from any thread.
void logDebug(std::string_view message);
void logInfo(std::string_view message);
void logWarning(std::string_view message);
void logError(std::string_view message);

/// The trace id that this thread's lines carry while the object lives. Contexts nest: the one before comes back.
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
/// and JSON form, passwords in URIs, bearer tokens, `PASSWORD '…'` in SQL. Where it can't tell how far a secret goes it
/// takes away too much rather than too little, so what it returns is for reading, not for parsing. It knows forms, not
/// secrets: a password that stands alone in a sentence or in a VALUES list is not found. Time linear in the text.
std::string redact(std::string_view text);

}  // namespace hotswap::observe
