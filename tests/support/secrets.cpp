#include "support/secrets.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <mutex>
#include <set>
#include <system_error>

#include "support/postgres_cluster.h"
#include "support/service.h"

namespace hotswap::support {

namespace {

void tell(const std::string& message) {
  if (testing::UnitTest::GetInstance()->current_test_suite() != nullptr) {
    ADD_FAILURE() << message;
    return;
  }
  // What lives as long as the process is looked at after the last test: too late for the test's own verdict.
  std::cerr << message << std::endl;
  std::_Exit(EXIT_FAILURE);
}

struct Exceptions {
  std::mutex mutex;
  std::set<std::filesystem::path> files;
};

Exceptions& exceptions() {
  static auto* const all = new Exceptions();
  return *all;
}

bool mayHoldSecrets(const std::filesystem::path& file) {
  const std::lock_guard lock(exceptions().mutex);
  return exceptions().files.contains(file);
}

}  // namespace

const std::vector<std::string>& plantedSecrets() {
  // Never destroyed: servers that live as long as the process are searched at its very end.
  static const auto* const secrets = new std::vector<std::string>{PostgresCluster::password, Service::adminPassword};
  return *secrets;
}

void expectNoSecretIn(std::string_view text, std::string_view where) {
  for (const std::string& secret : plantedSecrets()) {
    const std::size_t at = text.find(secret);
    if (at == std::string_view::npos) continue;
    tell(
        fmt::format("A secret stands in {}, behind: {}", where, text.substr(at > 80 ? at - 80 : 0, at > 80 ? 80 : at)));
  }
}

void expectSecretIn(const std::filesystem::path& file) {
  const std::lock_guard lock(exceptions().mutex);
  exceptions().files.insert(file);
}

void expectNoSecretUnder(const std::filesystem::path& folder) {
  std::string content;
  std::error_code gone;  // servers that are still ending take files away
  for (auto entry = std::filesystem::recursive_directory_iterator(folder, gone); entry != end(entry);
       entry.increment(gone)) {
    const std::string name = entry->path().filename().string();
    if (entry->is_directory(gone) && (name == "base" || name == "pg_wal")) entry.disable_recursion_pending();
    if (!entry->is_regular_file(gone) || mayHoldSecrets(entry->path())) continue;
    const std::uintmax_t size = entry->file_size(gone);
    if (gone) continue;
    content.resize(size);
    std::ifstream(entry->path(), std::ios::binary).read(content.data(), static_cast<std::streamsize>(content.size()));
    expectNoSecretIn(content, entry->path().string());
  }
}

}  // namespace hotswap::support
