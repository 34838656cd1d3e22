#include "observe/log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "base/time_text.h"

namespace hotswap::observe {

namespace {

/// The process-wide log: spdlog filters by level and keeps lines whole; the line itself is made here.
class Log {
 public:
  Log() : logger_("hotswap", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_pattern("%v");
    logger_.set_level(spdlog::level::warn);
    logger_.flush_on(spdlog::level::trace);
  }

  void setUp(spdlog::level::level_enum level, bool json) {
    json_ = json;
    logger_.set_level(level);
  }

  void write(spdlog::level::level_enum level, std::string_view levelText, std::string_view message);

 private:
  spdlog::logger logger_;
  std::atomic<bool> json_ = false;
};

Log& processLog() {
  // Never destroyed: objects that go after it may still have something to say.
  static Log* const log = new Log();
  return *log;
}

std::string& threadTraceId() {
  static thread_local std::string traceId;
  return traceId;
}

std::size_t lengthByFirstByte(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xE0) return 2;
  return first < 0xF0 ? 3 : 4;
}

/// The text as it can't harm a terminal or begin a line of its own.
std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x20 || first == 0x7F) {
      result += first == '\n' ? "\\n" : first == '\t' ? "\\t" : fmt::format("\\x{:02x}", first);
      ++at;
      continue;
    }
    const std::string_view character = text.substr(at, lengthByFirstByte(first));
    // C2 80 to C2 9F are control characters, too; some terminals obey them.
    const bool control = first == 0xC2 && character.size() == 2 && static_cast<unsigned char>(character[1]) < 0xA0;
    if (isUtf8(character) && !control) {
      result += character;
      at += character.size();
    } else {
      result += "\xEF\xBF\xBD";
      ++at;
    }
  }
  return result;
}

std::string jsonLine(std::string_view time, std::string_view level, const std::string& message,
                     const std::string& traceId) {
  nlohmann::ordered_json line;
  line["time"] = time;
  line["level"] = level;
  line["message"] = message;
  if (!traceId.empty()) line["traceId"] = traceId;
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string textLine(std::string_view time, std::string_view level, const std::string& message,
                     const std::string& traceId) {
  if (traceId.empty()) return fmt::format("{} {:<7} {}", time, level, printable(message));
  return fmt::format("{} {:<7} {} [{}]", time, level, printable(message), printable(traceId));
}

void Log::write(spdlog::level::level_enum level, std::string_view levelText, std::string_view message) {
  if (!logger_.should_log(level)) return;
  const std::string time =
      toRfc3339(std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  const std::string clean = redact(message);
  const std::string& traceId = threadTraceId();
  const std::string line =
      json_ ? jsonLine(time, levelText, clean, traceId) : textLine(time, levelText, clean, traceId);
  logger_.log(level, spdlog::string_view_t(line));
}

std::optional<spdlog::level::level_enum> levelOf(std::string_view text) {
  if (text == "debug") return spdlog::level::debug;
  if (text == "info") return spdlog::level::info;
  if (text == "warning") return spdlog::level::warn;
  if (text == "error") return spdlog::level::err;
  return std::nullopt;
}

}  // namespace

void setUpLog(std::string_view level, LogFormat format) {
  const auto wanted = levelOf(level);
  if (!wanted) {
    throw Error(ErrorCode::ValidationError,
                fmt::format("The log level '{}' is unknown; use debug, info, warning or error.", oneLine(level, 40)));
  }
  const bool json = format == LogFormat::Json || (format == LogFormat::Automatic && isatty(STDERR_FILENO) == 0);
  processLog().setUp(*wanted, json);
}

void logDebug(std::string_view message) { processLog().write(spdlog::level::debug, "debug", message); }
void logInfo(std::string_view message) { processLog().write(spdlog::level::info, "info", message); }
void logWarning(std::string_view message) { processLog().write(spdlog::level::warn, "warning", message); }
void logError(std::string_view message) { processLog().write(spdlog::level::err, "error", message); }

LogContext::LogContext(std::string traceId) : previous_(std::exchange(threadTraceId(), std::move(traceId))) {}

LogContext::~LogContext() { threadTraceId() = std::move(previous_); }

}  // namespace hotswap::observe
