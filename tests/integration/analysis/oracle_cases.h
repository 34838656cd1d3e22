#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace hotswap::analysis::postgres {

/// One statement of tests/oracle with what prepares the database for it; the format stands in the README there.
struct OracleCase {
  std::string place;                ///< `drop.sql:12`
  std::vector<std::string> before;  ///< statements that are committed first
  std::string sql;                  ///< the statement
  std::string hold;                 ///< what another session does meanwhile; empty for statements in a transaction
  int firstVersion = 0;             ///< major version of the server from which on the statement is known
  int lastVersion = 1000;
};

/// All cases, in the order of files and lines. Throws std::runtime_error for a broken file.
std::vector<OracleCase> oracleCases(const std::filesystem::path& folder);

}  // namespace hotswap::analysis::postgres
