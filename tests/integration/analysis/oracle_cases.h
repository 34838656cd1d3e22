#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace hotswap::analysis::postgres {

/// One statement of tests/oracle or tests/rewrites with what prepares the database for it; the format stands in the
/// READMEs there.
struct OracleCase {
  std::string place;                 ///< `drop.sql:12`
  std::vector<std::string> before;   ///< statements that are committed first
  std::string sql;                   ///< the statement
  std::string hold;                  ///< what another session does meanwhile; empty for statements in a transaction
  std::vector<std::string> traffic;  ///< what other sessions do all the time meanwhile
  bool none = false;                 ///< marked as having no safe form
  std::vector<std::string> empty;    ///< queries that find nothing when all is done
  bool reorders = false;             ///< columns may come to stand in another order
  int firstVersion = 0;              ///< major version of the server from which on the statement is known
  int lastVersion = 1000;
};

/// All cases, in the order of files and lines. Throws std::runtime_error for a broken file.
std::vector<OracleCase> oracleCases(const std::filesystem::path& folder);

}  // namespace hotswap::analysis::postgres
