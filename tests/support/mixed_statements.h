#pragma once
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "db/postgres/postgres_script.h"

namespace hotswap::test {

/// The statements of tests/oracle in any order and with their names mixed up, so that a table stands where an index is
/// meant and a partition is attached to itself. They parse; few of them a server would take.
class MixedStatements {
 public:
  /// `folder`: tests/oracle. Empty where it can't be read.
  explicit MixedStatements(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
      if (entry.path().extension() == ".sql") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    for (const auto& file : files) {
      std::stringstream text;
      text << std::ifstream(file).rdbuf();
      auto& into = file.filename() == "schema.sql" ? schema_ : statements_;
      for (const auto& statement : db::postgres::PostgresScript().parse(text.str()).statements) {
        into.push_back(statement.sql);
      }
    }
    collectNames();
  }

  /// What makes the schema that the statements speak of.
  [[nodiscard]] const std::vector<std::string>& schema() const { return schema_; }
  [[nodiscard]] bool empty() const { return statements_.empty() || names_.empty(); }

  /// One statement. `choose(n)` gives a number from 0 to n - 1.
  [[nodiscard]] std::string next(const std::function<std::size_t(std::size_t)>& choose) const {
    const std::string& original = statements_[choose(statements_.size())];
    if (choose(2) == 0) return original;
    std::string mixed;
    for (std::size_t at = 0; at < original.size();) {
      const std::size_t end = std::min(original.find_first_not_of(letters, at), original.size());
      if (end == at) {
        mixed += original[at++];
        continue;
      }
      const std::string word = original.substr(at, end - at);
      const bool isName = std::ranges::binary_search(names_, word);
      mixed += isName && choose(2) == 0 ? names_[choose(names_.size())] : word;
      at = end;
    }
    return mixed;
  }

 private:
  static constexpr const char* letters = "abcdefghijklmnopqrstuvwxyz_0123456789";

  void collectNames() {
    static const std::regex made(
        R"(\b(?:table|view|index|type|domain|sequence|function|constraint|trigger|rule|policy)\s+(?:if not exists\s+)?(?:\w+\.)?([a-z_0-9]+))");
    for (const auto* statements : {&schema_, &statements_}) {
      for (const std::string& sql : *statements) {
        for (std::sregex_iterator match(sql.begin(), sql.end(), made), end; match != end; ++match) {
          names_.push_back((*match)[1]);
        }
      }
    }
    std::ranges::sort(names_);
    const auto repeated = std::ranges::unique(names_);
    names_.erase(repeated.begin(), repeated.end());
  }

  std::vector<std::string> schema_;
  std::vector<std::string> statements_;
  std::vector<std::string> names_;  ///< sorted
};

}  // namespace hotswap::test
