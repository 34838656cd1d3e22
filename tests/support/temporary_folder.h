#pragma once
#include <filesystem>

namespace hotswap::support {

/// A folder below the system's temporary folder, removed with all it holds when the object goes. Folders of test
/// processes that died without cleaning up are removed by the next one. Before it goes, everything in it is searched
/// for the planted secrets (see secrets.h).
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace hotswap::support
