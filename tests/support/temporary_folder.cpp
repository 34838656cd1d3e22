#include "support/temporary_folder.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>

#include "support/secrets.h"

namespace hotswap::support {

namespace {

constexpr const char* prefix = "hotswap-test-";

/// Removes folders whose process is gone: the number behind the prefix is its pid.
void removeOrphans(const std::filesystem::path& parent) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(parent, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    const int pid = std::atoi(name.c_str() + std::string(prefix).size());
    if (pid > 0 && kill(pid, 0) != 0 && errno == ESRCH) std::filesystem::remove_all(entry.path(), ignored);
  }
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  const std::filesystem::path parent = std::filesystem::temp_directory_path();
  static std::once_flag once;
  std::call_once(once, removeOrphans, parent);
  std::string name = (parent / (prefix + std::to_string(getpid()) + "-XXXXXX")).string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("can't make a temporary folder in " + parent.string());
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  expectNoSecretUnder(path_);
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace hotswap::support
