#include "cli/migrate/json.h"

#include "base/time_text.h"
#include "cli/findings.h"

namespace hotswap::cli {

namespace {

using versioned::Direction;

Json orNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json placeJson(const versioned::Place& place) {
  return {{"file", place.file}, {"line", place.line}, {"column", place.column}, {"text", place.text}};
}

Json nameJson(const versioned::MigrationFile& migration) {
  return {{"version", migration.version ? Json(migration.version->text()) : Json(nullptr)},
          {"description", migration.description},
          {"kind", migration.repeatable() ? "repeatable" : "versioned"},
          {"file", migration.forward.string()}};
}

}  // namespace

Json toJson(const versioned::Item& item) {
  Json json{{"version", item.version()},
            {"description", item.description()},
            {"kind", toText(item.kind())},
            {"state", toText(item.standing)},
            {"file", item.file ? Json(item.file->forward.string()) : Json(nullptr)},
            {"hasWayBack", item.file && item.file->back.has_value()},
            {"appliedAt", nullptr},
            {"appliedBy", nullptr},
            {"executionTimeMs", nullptr}};
  if (item.entry) {
    json["appliedAt"] = toRfc3339(item.entry->appliedAt);
    json["appliedBy"] = item.entry->appliedBy;
    json["executionTimeMs"] = item.entry->executionTime.count();
  }
  return json;
}

Json toJson(const versioned::Attempt& attempt) {
  return {{"id", attempt.id},
          {"action", toText(attempt.action)},
          {"version", attempt.entry.version},
          {"description", attempt.entry.description},
          {"kind", toText(attempt.entry.kind)},
          {"state", toText(attempt.entry.state)},
          {"checksum", orNull(attempt.entry.checksum)},
          {"startedAt", toRfc3339(attempt.entry.appliedAt)},
          {"executionTimeMs", attempt.entry.executionTime.count()},
          {"by", attempt.entry.appliedBy},
          {"error", orNull(attempt.error)}};
}

Json toJson(const versioned::Failure& failure) {
  return {{"version", failure.version},
          {"message", failure.message},
          {"place", failure.place ? placeJson(*failure.place) : Json(nullptr)},
          {"statement", orNull(failure.statement)},
          {"detail", orNull(failure.detail)},
          {"hint", orNull(failure.hint)},
          {"sqlState", orNull(failure.sqlState)},
          {"leftHalfDone", failure.leftHalfDone}};
}

Json toJson(const versioned::Report& report) {
  Json json{{"done", Json::array()}, {"left", Json::array()}, {"failure", nullptr}, {"rolledBack", report.rolledBack}};
  for (const versioned::Step& step : report.done) {
    Json one = nameJson(step.migration);
    one["direction"] = step.direction == Direction::Up ? "up" : "down";
    one["executionTimeMs"] = step.duration.count();
    json["done"].push_back(std::move(one));
  }
  for (const versioned::MigrationFile& migration : report.planned) json["left"].push_back(nameJson(migration));
  json["wayBackFailure"] = report.wayBack ? toJson(*report.wayBack) : Json(nullptr);
  if (report.failure) json["failure"] = toJson(*report.failure);
  return json;
}

Json toJson(const std::vector<versioned::ScriptFault>& faults) {
  Json json = Json::array();
  for (const versioned::ScriptFault& fault : faults) {
    json.push_back({{"message", fault.message}, {"place", placeJson(fault.place)}, {"hint", orNull(fault.hint)}});
  }
  return json;
}

Json toJson(const std::vector<versioned::Repaired>& changes) {
  Json json = Json::array();
  for (const versioned::Repaired& change : changes) {
    json.push_back({{"version", change.version}, {"change", change.what}});
  }
  return json;
}

Json toJson(const std::vector<versioned::Review>& reviews) {
  Json json = Json::array();
  for (const versioned::Review& review : reviews) {
    Json one = nameJson(*review.migration);
    one["risk"] = toText(review.risk);
    one["findings"] = findingsJson(review);
    json.push_back(std::move(one));
  }
  return json;
}

}  // namespace hotswap::cli
