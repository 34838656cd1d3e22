#include "db/postgres/dump/dump_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "db/postgres/dump/array_casts.h"
#include "db/postgres/dump/dump_tables.h"

namespace hotswap::db::postgres {

namespace {

constexpr const char* title = "-- The schema of a database, to be run in an empty one by the role that shall own it.\n";

struct Setting {
  const char* name;
  const char* value;
};

/// Bodies of functions may name what is made after them, and names without a schema mean the server's own. All of it is
/// put back at the end: inside of a transaction as well as without one nothing is left in the session.
constexpr std::array settings{Setting{"check_function_bodies", "false"}, Setting{"default_table_access_method", "heap"},
                              Setting{"default_tablespace", "''"}, Setting{"search_path", "pg_catalog"}};

std::string settingsBegin() {
  std::string text;
  for (const Setting& setting : settings) text += fmt::format("SET {} = {};\n", setting.name, setting.value);
  return text;
}

std::string settingsEnd() {
  std::string text;
  for (const Setting& setting : settings) text += fmt::format("RESET {};\n", setting.name);
  return text;
}

}  // namespace

std::string notIncluded(std::string what) {
  std::ranges::replace_if(
      what, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return "-- not included: " + what;
}

std::string toThisDatabase(const std::string& order) {
  if (order.starts_with("--")) return order;
  std::string tag = "$do$";
  while (order.find(tag) != std::string::npos) tag.insert(1, "_");
  std::string text;
  for (const char c : order) text += c == '\'' ? std::string("''") : std::string(1, c);
  const char* escapes = order.find('\\') == std::string::npos ? "" : "E";
  if (*escapes != 0) {
    std::string doubled;
    for (const char c : text) doubled += c == '\\' ? std::string("\\\\") : std::string(1, c);
    text = std::move(doubled);
  }
  return fmt::format("DO {0}\nBEGIN\n    EXECUTE format({1}'{2}', current_database());\nEND\n{0};", tag, escapes, text);
}

std::string dumpScript(const std::vector<DumpEntry>& entries, std::map<std::string, std::string> fillings) {
  std::string text;
  std::string last;
  std::string filled;
  const Place* before = nullptr;
  constexpr std::string_view note = "-- not included: ";
  for (const DumpEntry& entry : entries) {
    const auto filling = entry.place.inGroup == "0" ? fillings.find(entry.place.group) : fillings.end();
    if (filling != fillings.end()) {
      filled += filling->second + "\n";
      fillings.erase(filling);
    }
    if (entry.sql.empty()) continue;
    const bool late = entry.place.stage == stageOf("event trigger");
    std::string& target = late ? last : text;
    const bool sameGroup =
        before != nullptr && before->stage == entry.place.stage && before->group == entry.place.group;
    if (!sameGroup) target += "\n";
    target +=
        (entry.sql.starts_with(note) ? notIncluded(entry.sql.substr(note.size())) : withTypedArrays(entry.sql)) + "\n";
    before = &entry.place;
  }
  if (text.empty() && last.empty()) return title;
  std::string script = title;
  script += "\n" + settingsBegin() + text + "\n" + settingsEnd();
  if (!filled.empty()) script += "\n" + filled;
  return script + last;
}

}  // namespace hotswap::db::postgres
