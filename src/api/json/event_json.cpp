#include "api/json/event_json.h"

#include "api/json/execution_json.h"
#include "api/json/json_values.h"
#include "api/json/snapshot_json.h"

namespace hotswap::api {

namespace {

constexpr std::size_t longestStatement = 4000;

std::string cut(const std::string& text) {
  if (text.size() <= longestStatement) return text;
  std::size_t end = longestStatement;
  while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // not in the middle of a character
  return text.substr(0, end) + "…";
}

StreamEvent statusEvent(ExecutionStatus status, const std::string& message, TimePoint at) {
  return {.name = "status",
          .id = {},
          .data = jsonText(Json{{"status", toText(status)}, {"message", textOrNull(message)}, {"at", toJson(at)}}),
          .droppable = false,
          .last = isTerminal(status)};
}

struct ToStream {
  const ExecutionEvent& event;

  StreamEvent operator()(const PhaseChanged& what) const { return make("phase", toJson(what.phase), false); }
  StreamEvent operator()(const StatementReported& what) const {
    LogEntry entry = what.entry;
    entry.sqlStatement = cut(entry.sqlStatement);
    entry.message = cut(entry.message);
    return make("statement", toJson(entry), false);
  }
  StreamEvent operator()(const ProgressMade& what) const {
    return make("progress", Json{{"percent", what.percent}, {"activity", what.activity}, {"at", toJson(event.at)}},
                true);
  }
  StreamEvent operator()(const SnapshotTaken& what) const { return make("snapshot", toJson(what.snapshot), true); }
  StreamEvent operator()(const StatusChanged& what) const { return statusEvent(what.status, what.message, event.at); }

  static StreamEvent make(const char* name, const Json& data, bool droppable) {
    return {.name = name, .id = {}, .data = jsonText(data), .droppable = droppable, .last = false};
  }
};

}  // namespace

StreamEvent toStreamEvent(const ExecutionEvent& event) {
  StreamEvent streamed = std::visit(ToStream{event}, event.what);
  streamed.id = event.sequence;
  return streamed;
}

StreamEvent statusEvent(const Execution& execution, TimePoint at) {
  return statusEvent(execution.status, execution.errorMessage, at);
}

}  // namespace hotswap::api
