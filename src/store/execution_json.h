#pragma once
#include <map>
#include <string>
#include <vector>

#include "domain/execution.h"
#include "domain/snapshot.h"

// The parts of an execution that stand in the store as JSON text. Reading takes the default for a key that is missing
// or null and passes over unknown ones, so that rows of older and newer versions can be read; it throws Error
// (InternalError) for a text that is no such JSON. Times are milliseconds since the epoch, durations seconds. Writing
// replaces broken UTF-8 and leaves numbers that aren't finite out as null.
namespace hotswap::store {

std::string toJson(const ExecutionOptions& options);
std::string toJson(const std::vector<Phase>& phases);
std::string toJson(const PerformanceSnapshot& snapshot);
std::string toJson(const RollbackRecord& record);
/// Without its queries, which may be thousands and are kept apart.
std::string toJson(const Baseline& baseline);
std::string toJson(const std::map<std::string, QueryBaseline>& queries);

ExecutionOptions optionsFromJson(const std::string& text);
std::vector<Phase> phasesFromJson(const std::string& text);
PerformanceSnapshot snapshotFromJson(const std::string& text);
RollbackRecord rollbackFromJson(const std::string& text);
Baseline baselineFromJson(const std::string& text);
std::map<std::string, QueryBaseline> queriesFromJson(const std::string& text);

}  // namespace hotswap::store
