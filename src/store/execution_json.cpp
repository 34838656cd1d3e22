#include "store/execution_json.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace hotswap::store {

namespace {

using Json = nlohmann::json;

Json put(const std::string& value) { return value; }
Json put(double value) { return value; }
Json put(bool value) { return value; }
Json put(Seconds value) { return value.count(); }
Json put(TimePoint value) { return value.time_since_epoch().count(); }
template <TextEnum Enum>
Json put(Enum value) {
  return toText(value);
}
template <class Value>
Json put(const std::optional<Value>& value) {
  return value ? put(*value) : Json();
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
template <class Value>
void take(const Json& json, std::optional<Value>& value) {
  take(json, value.emplace());
}
void take(const Json& json, std::vector<std::string>& value) { value = json.get<std::vector<std::string>>(); }

std::string textOf(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// Runs `read` over the parsed text; all that can be wrong with it becomes one kind of error.
template <class Read>
auto parsed(const std::string& text, Read read) {
  try {
    return read(Json::parse(text));
  } catch (const Json::exception&) {
    throw Error(ErrorCode::InternalError, "The store holds a damaged JSON text.");
  }
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

template <class Visitor, class Watch>
void visitWatch(Visitor& field, Watch& watch) {
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

/// Without the watch, which is an object of its own.
template <class Visitor, class Options>
void visitOptions(Visitor& field, Options& options) {
  field("strategy", options.strategy);
  field("dryRun", options.dryRun);
  field("autoRollback", options.autoRollback);
  field("timeoutSeconds", options.timeout);
}

template <class Visitor, class OnePhase>
void visitPhase(Visitor& field, OnePhase& phase) {
  field("name", phase.name);
  field("status", phase.status);
  field("startedAt", phase.startedAt);
  field("completedAt", phase.completedAt);
}

template <class Visitor, class Snapshot>
void visitSnapshot(Visitor& field, Snapshot& snapshot) {
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

template <class Visitor, class Record>
void visitRollback(Visitor& field, Record& record) {
  field("reason", record.reason);
  field("startedAt", record.startedAt);
  field("completedAt", record.completedAt);
  field("verified", record.verified);
  field("error", record.error);
}

template <class Visitor, class OneBaseline>
void visitBaseline(Visitor& field, OneBaseline& baseline) {
  field("instance", baseline.instance);
  field("capturedAt", baseline.capturedAt);
  field("windowSeconds", baseline.window);
}

template <class Visitor, class Query>
void visitQuery(Visitor& field, Query& query) {
  field("meanMs", query.meanMs);
  field("callsPerSecond", query.callsPerSecond);
  field("share", query.share);
}

const Json& objectIn(const Json& json, const char* key) {
  static const Json none = Json::object();
  const auto found = json.find(key);
  return found == json.end() || found->is_null() ? none : *found;
}

PerformanceSnapshot snapshotOf(const Json& json) {
  PerformanceSnapshot snapshot;
  const Reader read(json);
  visitSnapshot(read, snapshot);
  return snapshot;
}

Json jsonOf(const PerformanceSnapshot& snapshot) {
  Writer write;
  visitSnapshot(write, snapshot);
  return write.json();
}

}  // namespace

std::string toJson(const ExecutionOptions& options) {
  Writer write;
  visitOptions(write, options);
  Writer watch;
  visitWatch(watch, options.watch);
  Json json = write.json();
  json["watch"] = watch.json();
  return textOf(json);
}

ExecutionOptions optionsFromJson(const std::string& text) {
  return parsed(text, [](const Json& json) {
    ExecutionOptions options;
    const Reader read(json);
    visitOptions(read, options);
    const Reader watch(objectIn(json, "watch"));
    visitWatch(watch, options.watch);
    return options;
  });
}

std::string toJson(const std::vector<Phase>& phases) {
  Json json = Json::array();
  for (const Phase& phase : phases) {
    Writer write;
    visitPhase(write, phase);
    json.push_back(write.json());
    json.back()["instances"] = phase.instances;
  }
  return textOf(json);
}

std::vector<Phase> phasesFromJson(const std::string& text) {
  return parsed(text, [](const Json& json) {
    std::vector<Phase> phases;
    for (const Json& element : json.get_ref<const Json::array_t&>()) {
      const Reader read(element);
      visitPhase(read, phases.emplace_back());
      read("instances", phases.back().instances);
    }
    return phases;
  });
}

std::string toJson(const PerformanceSnapshot& snapshot) { return textOf(jsonOf(snapshot)); }

PerformanceSnapshot snapshotFromJson(const std::string& text) { return parsed(text, snapshotOf); }

std::string toJson(const RollbackRecord& record) {
  Writer write;
  visitRollback(write, record);
  return textOf(write.json());
}

RollbackRecord rollbackFromJson(const std::string& text) {
  return parsed(text, [](const Json& json) {
    RollbackRecord record;
    const Reader read(json);
    visitRollback(read, record);
    return record;
  });
}

std::string toJson(const Baseline& baseline) {
  Writer write;
  visitBaseline(write, baseline);
  Json json = write.json();
  json["snapshot"] = jsonOf(baseline.snapshot);
  return textOf(json);
}

Baseline baselineFromJson(const std::string& text) {
  return parsed(text, [](const Json& json) {
    Baseline baseline;
    const Reader read(json);
    visitBaseline(read, baseline);
    baseline.snapshot = snapshotOf(objectIn(json, "snapshot"));
    return baseline;
  });
}

std::string toJson(const std::map<std::string, QueryBaseline>& queries) {
  Json json = Json::object();
  for (const auto& [id, query] : queries) {
    Writer write;
    visitQuery(write, query);
    json[id] = write.json();
  }
  return textOf(json);
}

std::map<std::string, QueryBaseline> queriesFromJson(const std::string& text) {
  return parsed(text, [](const Json& json) {
    std::map<std::string, QueryBaseline> queries;
    for (const auto& [id, element] : json.get_ref<const Json::object_t&>()) {
      const Reader read(element);
      visitQuery(read, queries[id]);
    }
    return queries;
  });
}

}  // namespace hotswap::store
