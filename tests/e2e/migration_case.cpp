#include "migration_case.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>

namespace hotswap::e2e {

namespace {

using Json = nlohmann::json;

const std::set<std::string> caseKeys{"about", "engines", "steps"};
const std::set<std::string> stepKeys{"setup",          "files",   "sql",  "whileHeld", "letGoAfter",
                                     "interruptAfter", "run",     "exit", "place",     "says",
                                     "saysNot",        "history", "log",  "holds",     "schemaAsBefore"};

void requireKnown(const Json& object, const std::set<std::string>& known) {
  for (const auto& [key, value] : object.items()) {
    if (!known.contains(key)) throw std::runtime_error("there is no key `" + key + "`");
  }
}

/// A step as it is on one engine: what stands under the engine's name goes before what stands for all.
Json stepOn(Json step, DatabaseType engine) {
  for (const DatabaseType other : {DatabaseType::PostgreSQL, DatabaseType::SQLite}) {
    const std::string name(toText(other));
    if (!step.contains(name)) continue;
    const Json own = step.at(name);
    step.erase(name);
    if (other == engine) step.merge_patch(own);
  }
  requireKnown(step, stepKeys);
  if (step.contains("run") != step.contains("exit")) throw std::runtime_error("`run` and `exit` belong together");
  if (step.contains("letGoAfter") && !step.contains("whileHeld")) throw std::runtime_error("nothing is held to let go");
  return step;
}

void read(const std::filesystem::path& folder, std::vector<MigrationCase>& cases) {
  const Json data = Json::parse(std::ifstream(folder / "case.json"));
  requireKnown(data, caseKeys);
  if (data.at("about").get<std::string>().empty()) throw std::runtime_error("it doesn't say what it is about");
  for (const std::string name : data.value("engines", Json{"PostgreSQL", "SQLite"})) {
    const DatabaseType engine = fromText<DatabaseType>(name).value();
    Json steps = Json::array();
    for (const Json& step : data.at("steps")) steps.push_back(stepOn(step, engine));
    cases.push_back(
        {.name = folder.filename().string(), .engine = engine, .folder = folder, .steps = std::move(steps)});
  }
}

}  // namespace

std::vector<MigrationCase> migrationCases() {
  std::vector<MigrationCase> cases;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(HOTSWAP_SOURCE_DIR) / "tests" / "cases_versioned")) {
    if (!entry.is_directory()) continue;
    try {
      read(entry.path(), cases);
    } catch (const std::exception& error) {
      throw std::runtime_error(entry.path().string() + ": " + error.what());
    }
  }
  std::ranges::sort(cases, {}, &MigrationCase::text);
  return cases;
}

}  // namespace hotswap::e2e
