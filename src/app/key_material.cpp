#include "app/key_material.h"

#include <fmt/format.h>

#include "observe/log.h"
#include "secret/key_file.h"

namespace hotswap::app {

namespace {

std::string keyFrom(const std::filesystem::path& file, const char* purpose, Random& random) {
  const secret::KeyFile key = secret::readOrMakeKeyFile(file, random);
  if (key.created)
    observe::logInfo(fmt::format("Made a key that {} and kept it in {}; keep a copy of it.", purpose, file.string()));
  return key.hex;
}

}  // namespace

KeyMaterial readKeyMaterial(const std::filesystem::path& dataFolder,
                            const std::map<std::string, std::string>& environment, const std::string& jwtSecret,
                            Random& random) {
  KeyMaterial material;
  const auto given = environment.find("HOTSWAP_MASTER_KEY");
  const bool fromEnvironment = given != environment.end() && !given->second.empty();
  material.masterKey = secret::parseKey(
      fromEnvironment ? given->second : keyFrom(dataFolder / "master.key", "encrypts connection strings", random));
  material.tokenKey = jwtSecret.empty() ? keyFrom(dataFolder / "jwt.key", "signs tokens", random) : jwtSecret;
  return material;
}

}  // namespace hotswap::app
