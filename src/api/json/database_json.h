#pragma once
#include <vector>

#include "api/decode.h"
#include "api/http.h"
#include "domain/database.h"

namespace hotswap::api {

/// A database as it may be shown: passwords masked.
Json toJson(const DatabaseTarget& database);
/// `status`: of the whole.
Json toJson(const DatabaseTarget& database, HealthStatus status, const std::vector<InstanceHealth>& instances,
            TimePoint checkedAt);

/// What a create or edit request holds; a replica has an id where the caller named one. Ids and times are not set.
DatabaseTarget readDatabaseRequest(ObjectReader& reader);

}  // namespace hotswap::api
