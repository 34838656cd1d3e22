#include "api/resources/masked_secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "domain/connection_string.h"

namespace hotswap::api {

namespace {

constexpr const char* mask = "****";

std::string fieldOf(std::size_t replica, const char* name) { return fmt::format("replicas[{}].{}", replica, name); }

bool isMasked(const std::string& text) {
  if (isReference(text)) return false;
  try {
    const ConnectionString parsed = ConnectionString::parse(text);
    return std::ranges::any_of(parsed.settings(), [](const auto& setting) { return setting.second == mask; });
  } catch (const Error&) {
    return false;  // checkFields has named what is wrong with it
  }
}

void refuseIfMasked(const std::string& text, const std::string& field, std::vector<ErrorDetail>& problems) {
  if (isMasked(text)) problems.push_back({field, "has a masked password; give the real one"});
}

void keepIfMasked(std::string& text, const std::string& stored, const std::string& field,
                  std::vector<ErrorDetail>& problems) {
  if (!isMasked(text)) return;
  if (!isReference(stored) && ConnectionString::parse(text).masked() == ConnectionString::parse(stored).masked()) {
    text = stored;
    return;
  }
  problems.push_back({field, "has a masked password and leads elsewhere than the stored one; give the real password"});
}

}  // namespace

void refuseMaskedSecrets(const DatabaseTarget& database, std::vector<ErrorDetail>& problems) {
  refuseIfMasked(database.masterConnectionString, "masterConnectionString", problems);
  for (std::size_t i = 0; i < database.replicas.size(); ++i) {
    refuseIfMasked(database.replicas[i].connectionString, fieldOf(i, "connectionString"), problems);
  }
}

void keepMaskedSecrets(DatabaseTarget& database, const DatabaseTarget& stored, std::vector<ErrorDetail>& problems) {
  keepIfMasked(database.masterConnectionString, stored.masterConnectionString, "masterConnectionString", problems);
  std::set<ReplicaId> seen;
  for (std::size_t i = 0; i < database.replicas.size(); ++i) {
    Replica& replica = database.replicas[i];
    if (replica.id.empty()) {
      refuseIfMasked(replica.connectionString, fieldOf(i, "connectionString"), problems);
      continue;
    }
    const auto known = std::ranges::find(stored.replicas, replica.id, &Replica::id);
    if (known == stored.replicas.end()) {
      problems.push_back({fieldOf(i, "replicaId"), "is no replica of this database"});
    } else if (!seen.insert(replica.id).second) {
      problems.push_back({fieldOf(i, "replicaId"), "is given twice"});
    } else {
      keepIfMasked(replica.connectionString, known->connectionString, fieldOf(i, "connectionString"), problems);
    }
  }
}

}  // namespace hotswap::api
