#include "app/key_material.h"

#include <fmt/format.h>

#include "observe/log.h"
#include "secret/key_file.h"

namespace hotswap::app {

namespace {

secret::KeyFile keyFrom(const std::filesystem::path& file, const char* purpose, Random& random) {
  secret::KeyFile key = secret::readOrMakeKeyFile(file, random);
  if (key.created)
    observe::logInfo(fmt::format("Made a key that {} and kept it in {}; keep a copy of it.", purpose, file.string()));
  return key;
}

std::string masterKeyFrom(const std::filesystem::path& file, const store::Store& store, Random& random) {
  std::error_code failure;
  if (!std::filesystem::exists(file, failure) && store.databases().count() > 0) {
    throw Error(ErrorCode::Unavailable,
                fmt::format("The master key {} is missing, and the store holds connection strings that only it opens; "
                            "restore the file from its copy, or give the key as HOTSWAP_MASTER_KEY.",
                            file.string()));
  }
  return keyFrom(file, "encrypts connection strings", random).hex;
}

std::string tokenKeyFrom(const std::filesystem::path& file, const store::Store& store, Random& random) {
  secret::KeyFile key = keyFrom(file, "signs tokens", random);
  if (key.created && store.users().count() > 0) {
    observe::logWarning("The key that signs tokens was missing: who was logged in must log in again.");
  }
  return std::move(key.hex);
}

}  // namespace

KeyMaterial readKeyMaterial(const std::filesystem::path& dataFolder,
                            const std::map<std::string, std::string>& environment, const std::string& jwtSecret,
                            const store::Store& store, Random& random) {
  KeyMaterial material;
  const auto given = environment.find("HOTSWAP_MASTER_KEY");
  const bool fromEnvironment = given != environment.end() && !given->second.empty();
  material.masterKey =
      secret::parseKey(fromEnvironment ? given->second : masterKeyFrom(dataFolder / "master.key", store, random));
  material.tokenKey = jwtSecret.empty() ? tokenKeyFrom(dataFolder / "jwt.key", store, random) : jwtSecret;
  return material;
}

}  // namespace hotswap::app
