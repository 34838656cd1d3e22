#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "domain/database.h"

namespace hotswap::e2e {

/// A case of tests/cases_versioned on one engine; the README there says what a case can hold.
struct MigrationCase {
  std::string name;
  DatabaseType engine = DatabaseType::PostgreSQL;
  std::filesystem::path folder;  ///< where its files are
  nlohmann::json steps;          ///< an array of objects with known keys, the engine's own words taken in already

  /// `fails_in_the_second_file_SQLite`
  [[nodiscard]] std::string text() const { return name + "_" + std::string(toText(engine)); }
};
/// How GoogleTest names a case in its output.
inline void PrintTo(const MigrationCase& one, std::ostream* out) { *out << one.text(); }

/// Every case on every engine it is for, by name. Throws std::runtime_error, with the case's name, where a case.json
/// holds a key that nobody reads or lacks one: a word that is misspelt would be an expectation that can't fail.
std::vector<MigrationCase> migrationCases();

}  // namespace hotswap::e2e
