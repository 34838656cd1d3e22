#include "integration/analysis/oracle_cases.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "db/postgres/postgres_script.h"

namespace hotswap::analysis::postgres {

namespace {

constexpr std::string_view holdMark = "-- hold:";
constexpr std::string_view trafficMark = "-- traffic:";
constexpr std::string_view noneMark = "-- none";
constexpr std::string_view emptyMark = "-- empty:";
constexpr std::string_view reordersMark = "-- reorders";
constexpr std::string_view versionsMark = "-- versions:";

void readVersions(std::string_view text, OracleCase& single) {
  const std::string range(text);
  int last = 0;
  const int found = std::sscanf(range.c_str(), " %d-%d", &single.firstVersion, &last);
  if (found < 1) throw std::runtime_error(single.place + ": no range of versions: " + range);
  if (found == 2) single.lastVersion = last;
}

/// One paragraph of a file; nothing where it holds no statement.
void readCase(const std::string& file, int line, const std::string& text, std::vector<OracleCase>& cases) {
  OracleCase single;
  single.place = file + ":" + std::to_string(line);
  std::istringstream lines(text);
  for (std::string each; std::getline(lines, each);) {
    if (each.starts_with(holdMark)) single.hold = each.substr(holdMark.size());
    if (each.starts_with(trafficMark)) single.traffic.push_back(each.substr(trafficMark.size()));
    if (each.starts_with(emptyMark)) single.empty.push_back(each.substr(emptyMark.size()));
    if (each.starts_with(reordersMark)) single.reorders = true;
    if (each.starts_with(noneMark)) single.none = true;
    if (each.starts_with(versionsMark)) readVersions(std::string_view(each).substr(versionsMark.size()), single);
  }
  const auto parsed = db::postgres::PostgresScript().parse(text);
  if (parsed.error) throw std::runtime_error(single.place + ": " + parsed.error->message);
  if (parsed.statements.empty()) return;
  for (const auto& statement : parsed.statements) single.before.push_back(statement.sql);
  single.sql = std::move(single.before.back());
  single.before.pop_back();
  cases.push_back(std::move(single));
}

}  // namespace

std::vector<OracleCase> oracleCases(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".sql" && entry.path().filename() != "schema.sql" &&
        entry.path().filename() != "traffic.sql")
      files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<OracleCase> cases;
  for (const auto& file : files) {
    std::ifstream in(file);
    std::string paragraph;
    int number = 0;
    int first = 1;
    for (std::string line; std::getline(in, line);) {
      ++number;
      if (!line.empty()) {
        if (paragraph.empty()) first = number;
        paragraph += line + "\n";
        continue;
      }
      readCase(file.filename(), first, paragraph, cases);
      paragraph.clear();
    }
    readCase(file.filename(), first, paragraph, cases);
  }
  return cases;
}

}  // namespace hotswap::analysis::postgres
