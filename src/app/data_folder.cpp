#include "app/data_folder.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "base/error.h"
#include "observe/log.h"

namespace hotswap::app {

namespace {

[[noreturn]] void fail(const std::filesystem::path& folder, const std::string& reason) {
  throw Error(ErrorCode::Unavailable, fmt::format("The data folder {} can't be used: {}.", folder.string(), reason));
}

}  // namespace

void makeDataFolder(const std::filesystem::path& folder) {
  std::error_code failure;
  const std::filesystem::path whole = std::filesystem::absolute(folder / "").parent_path();
  std::filesystem::create_directories(whole.parent_path(), failure);
  if (failure) fail(folder, failure.message());
  if (mkdir(whole.c_str(), S_IRWXU) == 0) return;
  if (errno != EEXIST) fail(folder, std::generic_category().message(errno));
  struct stat state {};
  if (stat(whole.c_str(), &state) != 0) fail(folder, std::generic_category().message(errno));
  if (!S_ISDIR(state.st_mode)) fail(folder, "it is no folder");
  if ((state.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    throw Error(
        ErrorCode::ValidationError,
        fmt::format("Others than its owner may write to the data folder {}; take that away (chmod go-w) or name "
                    "a folder that doesn't exist yet.",
                    folder.string()));
  }
  if ((state.st_mode & (S_IRGRP | S_IROTH)) != 0) {
    observe::logInfo(fmt::format("Others may list the data folder {}, though not read its files.", folder.string()));
  }
}

void refuseLostStore(const std::filesystem::path& folder) {
  std::error_code failure;
  const std::filesystem::path store = folder / "hotswap.db";
  const bool isThere = std::filesystem::exists(store, failure);
  if (isThere && std::filesystem::file_size(store, failure) > 0) return;
  for (const char* const key : {"master.key", "jwt.key"}) {
    if (!std::filesystem::exists(folder / key, failure)) continue;
    throw Error(ErrorCode::Unavailable,
                fmt::format("The store {} is {}, but the folder holds {} of an earlier start. Restore the store from a "
                            "backup; to begin anew without users, databases and history, move the folder away.",
                            store.string(), isThere ? "empty" : "missing", key));
  }
}

}  // namespace hotswap::app
