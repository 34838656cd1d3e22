#include "domain/database.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/connection_string.h"

namespace hotswap {

namespace {

bool isNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

void checkConnectionString(const std::string& text, const std::string& field, std::vector<ErrorDetail>& details) {
  if (trim(text).empty()) {
    details.push_back({field, "is required"});
    return;
  }
  if (isReference(text)) return;
  try {
    static_cast<void>(ConnectionString::parse(text));
  } catch (const Error& error) {
    details.push_back({field, error.what()});
  }
}

}  // namespace

std::vector<ErrorDetail> checkFields(const DatabaseTarget& database) {
  std::vector<ErrorDetail> details;
  if (database.name.empty()) {
    details.push_back({"name", "is required"});
  } else if (database.name.size() > 128 || !std::ranges::all_of(database.name, isNameCharacter)) {
    details.push_back({"name", "may hold letters, digits, _, - and . only, at most 128 of them"});
  } else if (DatabaseId::parse(database.name)) {
    details.push_back({"name", "looks like a database id; choose another name"});
  }
  if (database.description.size() > 10'000) details.push_back({"description", "is longer than 10000 bytes"});
  if (!isUtf8(database.description)) {
    details.push_back({"description", "is not valid UTF-8 text without NUL characters"});
  }
  checkConnectionString(database.masterConnectionString, "masterConnectionString", details);
  if (database.replicas.size() > 100) details.push_back({"replicas", "are more than 100"});
  for (std::size_t i = 0; i < database.replicas.size(); ++i) {
    const auto& replica = database.replicas[i];
    checkConnectionString(replica.connectionString, fmt::format("replicas[{}].connectionString", i), details);
    if (!(replica.trafficWeight >= 0 && replica.trafficWeight <= 1)) {
      details.push_back({fmt::format("replicas[{}].trafficWeight", i), "must lie between 0 and 1"});
    }
  }
  return details;
}

std::string maskedConnectionString(const std::string& connectionString) {
  if (isReference(connectionString)) return connectionString;
  return ConnectionString::parse(connectionString).masked();
}

}  // namespace hotswap
