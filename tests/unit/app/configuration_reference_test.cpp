#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "app/configuration.h"

namespace hotswap::app {
namespace {

std::string reference() {
  std::string text =
      "# What can be configured?\n\n"
      "Generated from the program; `HOTSWAP_UPDATE_DOCS=1 ./dev test unit_app` writes it anew.\n\n"
      "A key can stand in a YAML file (`hotswap serve --config FILE`, sections as maps), in the environment (as it "
      "stands here), or,\n"
      "for some, on the command line. The environment wins over the file, and the command line over both. A wrong key "
      "or value\n"
      "stops the start with a sentence that names it. A variable of the form `Section__Key` whose section is none of "
      "these may be another\n"
      "program's: it is named in a warning at the start, and never read.\n\n"
      "```yaml\nUrls:\n  - http://127.0.0.1:5000\nMonitoring:\n  LatencyFactor: 1.3\nMigration:\n  LockTimeout: "
      "PT2S\n```\n\n"
      "Besides: `HOTSWAP_ADMIN_PASSWORD` (of the user made at the first start) and `HOTSWAP_MASTER_KEY` (64 "
      "hexadecimal digits or the\n"
      "base64 of 32 bytes; encrypts connection strings) are read from the environment alone.\n\n"
      "| key | meaning (default) |\n|---|---|\n";
  for (const ConfigurationKey& key : configurationKeys()) text += "| `" + key.name + "` | " + key.description + " |\n";
  return text;
}

TEST(ConfigurationReference, IsWhatTheProgramTakes) {
  const std::string file = std::string(HOTSWAP_SOURCE_DIR) + "/docs/reference/configuration.md";
  if (std::getenv("HOTSWAP_UPDATE_DOCS") != nullptr) std::ofstream(file) << reference();
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_EQ(text.str(), reference()) << "run HOTSWAP_UPDATE_DOCS=1 ./dev test unit_app";
}

}  // namespace
}  // namespace hotswap::app
