#include "store/execution_json.h"

#include <concepts>
#include <nlohmann/json.hpp>
#include <optional>
#include <type_traits>

namespace hotswap::store {

namespace {

using Json = nlohmann::json;

Json put(const std::string& value) { return value; }
Json put(double value) { return value; }
Json put(bool value) { return value; }
Json put(Seconds value) { return value.count(); }
Json put(TimePoint value) { return value.time_since_epoch().count(); }
template <TextEnum Enum>
Json put(const Enum& value) {
  return toText(value);
}
/// An object with the fields that `visit` names.
template <class Record>
Json put(const Record& record);
template <class Value>
Json put(const std::optional<Value>& value) {
  return value ? put(*value) : Json();
}
template <class Value>
Json put(const std::vector<Value>& values) {
  Json json = Json::array();
  for (const Value& value : values) json.push_back(put(value));
  return json;
}
template <class Value>
Json put(const std::map<std::string, Value>& values) {
  Json json = Json::object();
  for (const auto& [key, value] : values) json[key] = put(value);
  return json;
}

void take(const Json& json, std::string& value) { value = json.get<std::string>(); }
void take(const Json& json, double& value) { value = json.get<double>(); }
void take(const Json& json, bool& value) { value = json.get<bool>(); }
void take(const Json& json, Seconds& value) { value = Seconds(json.get<double>()); }
void take(const Json& json, TimePoint& value) { value = TimePoint(Milliseconds(json.get<std::int64_t>())); }
template <TextEnum Enum>
void take(const Json& json, Enum& value) {
  const auto known = fromText<Enum>(json.get_ref<const std::string&>());
  if (!known)
    throw Error(ErrorCode::InternalError, "The store holds a value that this version of HotSwap doesn't know.");
  value = *known;
}
template <class Record>
void take(const Json& json, Record& record);
template <class Value>
void take(const Json& json, std::optional<Value>& value) {
  take(json, value.emplace());
}
template <class Value>
void take(const Json& json, std::vector<Value>& values) {
  for (const Json& element : json.get_ref<const Json::array_t&>()) take(element, values.emplace_back());
}
template <class Value>
void take(const Json& json, std::map<std::string, Value>& values) {
  for (const auto& [key, element] : json.get_ref<const Json::object_t&>()) take(element, values[key]);
}

/// Visits the fields of a JSON object that is read; `Writer` does the same for one that is written, so that each type
/// names its fields once.
class Reader {
 public:
  explicit Reader(const Json& json) : json_(json) { static_cast<void>(json.get_ref<const Json::object_t&>()); }
  template <class Value>
  void operator()(const char* key, Value& value) const {
    const auto found = json_.find(key);
    if (found != json_.end() && !found->is_null()) take(*found, value);
  }

 private:
  const Json& json_;
};

class Writer {
 public:
  template <class Value>
  void operator()(const char* key, const Value& value) {
    json_[key] = put(value);
  }
  [[nodiscard]] const Json& json() const { return json_; }

 private:
  Json json_ = Json::object();
};

/// A record that is read, or a constant one that is written.
template <class Given, class Record>
concept OneOf = std::same_as<std::remove_const_t<Given>, Record>;

template <class Visitor, OneOf<WatchSettings> Watch>
void visit(Visitor& field, Watch& watch) {
  field("primarySeconds", watch.primary);
  field("baselineSeconds", watch.baseline);
  field("latencyFactor", watch.latencyFactor);
  field("queryShare", watch.queryShare);
  field("lockWaitSeconds", watch.lockWait);
  field("lagSeconds", watch.lag);
  field("lagRecoveredSeconds", watch.lagRecovered);
  field("lagPatienceSeconds", watch.lagPatience);
  field("cpuPercent", watch.cpuPercent);
  field("cpuPatienceSeconds", watch.cpuPatience);
  field("windowSeconds", watch.window);
}

template <class Visitor, OneOf<ExecutionOptions> Options>
void visit(Visitor& field, Options& options) {
  field("strategy", options.strategy);
  field("dryRun", options.dryRun);
  field("autoRollback", options.autoRollback);
  field("timeoutSeconds", options.timeout);
  field("watch", options.watch);
}

template <class Visitor, OneOf<Phase> OnePhase>
void visit(Visitor& field, OnePhase& phase) {
  field("name", phase.name);
  field("instances", phase.instances);
  field("status", phase.status);
  field("startedAt", phase.startedAt);
  field("completedAt", phase.completedAt);
}

template <class Visitor, OneOf<PerformanceSnapshot> Snapshot>
void visit(Visitor& field, Snapshot& snapshot) {
  field("instance", snapshot.instance);
  field("timestamp", snapshot.timestamp);
  field("avgQueryLatencyMs", snapshot.avgQueryLatencyMs);
  field("p50QueryLatencyMs", snapshot.p50QueryLatencyMs);
  field("p95QueryLatencyMs", snapshot.p95QueryLatencyMs);
  field("p99QueryLatencyMs", snapshot.p99QueryLatencyMs);
  field("activeConnections", snapshot.activeConnections);
  field("lockWaitTimeMs", snapshot.lockWaitTimeMs);
  field("deadlocks", snapshot.deadlocks);
  field("replicationLagSeconds", snapshot.replicationLagSeconds);
  field("sequentialScansPerSecond", snapshot.sequentialScansPerSecond);
  field("cpuUsagePercent", snapshot.cpuUsagePercent);
  field("diskIopsPerSecond", snapshot.diskIopsPerSecond);
  field("queriesPerSecond", snapshot.queriesPerSecond);
  field("latencySource", snapshot.latencySource);
}

template <class Visitor, OneOf<RollbackRecord> Record>
void visit(Visitor& field, Record& record) {
  field("reason", record.reason);
  field("startedAt", record.startedAt);
  field("completedAt", record.completedAt);
  field("verified", record.verified);
  field("error", record.error);
}

template <class Visitor, OneOf<Baseline> OneBaseline>
void visit(Visitor& field, OneBaseline& baseline) {
  field("instance", baseline.instance);
  field("capturedAt", baseline.capturedAt);
  field("windowSeconds", baseline.window);
  field("snapshot", baseline.snapshot);
}

template <class Visitor, OneOf<QueryBaseline> Query>
void visit(Visitor& field, Query& query) {
  field("meanMs", query.meanMs);
  field("callsPerSecond", query.callsPerSecond);
  field("share", query.share);
}

template <class Record>
Json put(const Record& record) {
  Writer write;
  visit(write, record);
  return write.json();
}

template <class Record>
void take(const Json& json, Record& record) {
  const Reader read(json);
  visit(read, record);
}

template <class Value>
std::string textOf(const Value& value) {
  return put(value).dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// All that can be wrong with a text becomes one kind of error.
template <class Value>
Value parsed(const std::string& text) {
  try {
    Value value;
    take(Json::parse(text), value);
    return value;
  } catch (const Json::exception&) {
    throw Error(ErrorCode::InternalError, "The store holds a damaged JSON text.");
  }
}

}  // namespace

std::string toJson(const ExecutionOptions& options) { return textOf(options); }
std::string toJson(const std::vector<Phase>& phases) { return textOf(phases); }
std::string toJson(const PerformanceSnapshot& snapshot) { return textOf(snapshot); }
std::string toJson(const RollbackRecord& record) { return textOf(record); }
std::string toJson(const Baseline& baseline) { return textOf(baseline); }
std::string toJson(const std::map<std::string, QueryBaseline>& queries) { return textOf(queries); }

ExecutionOptions optionsFromJson(const std::string& text) { return parsed<ExecutionOptions>(text); }
std::vector<Phase> phasesFromJson(const std::string& text) { return parsed<std::vector<Phase>>(text); }
PerformanceSnapshot snapshotFromJson(const std::string& text) { return parsed<PerformanceSnapshot>(text); }
RollbackRecord rollbackFromJson(const std::string& text) { return parsed<RollbackRecord>(text); }
Baseline baselineFromJson(const std::string& text) { return parsed<Baseline>(text); }
std::map<std::string, QueryBaseline> queriesFromJson(const std::string& text) {
  return parsed<std::map<std::string, QueryBaseline>>(text);
}

}  // namespace hotswap::store
