#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "base/random.h"
#include "secret/cipher.h"
#include "store/store.h"

namespace hotswap::app {

/// The secrets the service works with, from the environment or from key files in the data folder.
struct KeyMaterial {
  secret::Cipher::Key masterKey{};  ///< encrypts connection strings: HOTSWAP_MASTER_KEY or `master.key`
  std::string tokenKey;             ///< signs tokens: JWT__Secret or `jwt.key`
};

/// Collects them, making those that are missing and saying so in the log. Throws Error: ValidationError for one that is
/// malformed or readable by others, Unavailable for a missing master key where `store` holds what was encrypted with
/// it.
KeyMaterial readKeyMaterial(const std::filesystem::path& dataFolder,
                            const std::map<std::string, std::string>& environment, const std::string& jwtSecret,
                            const store::Store& store, Random& random);

}  // namespace hotswap::app
