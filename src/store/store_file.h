#pragma once
#include <filesystem>

namespace hotswap::store {

/// The store's file, made ready and held for this process alone: makes it (mode 0600) where it is missing, takes away
/// other people's access where they have any, and keeps an exclusive lock on `<file>.lock` until it is destroyed. The
/// lock goes with the process, however that ends.
class StoreFile {
 public:
  /// Throws Error (Unavailable): it is no regular file, can't be opened, or another process has it.
  explicit StoreFile(const std::filesystem::path& file);
  StoreFile(const StoreFile&) = delete;
  StoreFile& operator=(const StoreFile&) = delete;
  ~StoreFile();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace hotswap::store
