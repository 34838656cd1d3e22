#pragma once
#include <vector>

#include "api/http.h"
#include "domain/report.h"

namespace hotswap::api {

Json toJson(const Finding& finding);
Json toJson(const std::vector<Finding>& findings);
Json toJson(const StatementReport& statement);
Json toJson(const ValidationReport& report);

}  // namespace hotswap::api
