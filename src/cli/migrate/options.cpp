#include "cli/migrate/options.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <array>
#include <filesystem>
#include <utility>

#include "base/error.h"
#include "cli/argument_text.h"

namespace hotswap::cli {

namespace {

constexpr const char* configFile = "hotswap.yaml";
constexpr const char* section = "migrate";
constexpr std::size_t mostConfigBytes = std::size_t{1024} * 1024;

struct Key {
  const char* name;
  std::string MigrateOptions::*place;
};
constexpr std::array keys{Key{"database", &MigrateOptions::database},
                          Key{"dir", &MigrateOptions::folder},
                          Key{"history-schema", &MigrateOptions::historySchema},
                          Key{"lock-timeout", &MigrateOptions::lockTimeout},
                          Key{"statement-timeout", &MigrateOptions::statementTimeout},
                          Key{"wait", &MigrateOptions::wait}};

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::ValidationError, fmt::format("{}: {}.", configFile, what));
}

void fillFromFile(const Context& context, MigrateOptions& options) {
  std::error_code ignored;
  if (!std::filesystem::exists(configFile, ignored)) return;
  const std::string text = readText(context.shell(), configFile, mostConfigBytes);
  try {
    const YAML::Node node = YAML::Load(text)[section];
    if (!node) return;
    if (!node.IsMap()) refuse(fmt::format("`{}` takes keys and values", section));
    for (const auto& entry : node) {
      const auto name = entry.first.as<std::string>();
      const auto* const key = std::find_if(keys.begin(), keys.end(), [&](const Key& one) { return one.name == name; });
      if (key == keys.end()) {
        // A URL in the wrong place may hold a password.
        const bool isWord = name.find_first_of(":/@ =") == std::string::npos;
        refuse(fmt::format("line {}: there is no such key{}", entry.first.Mark().line + 1,
                           isWord ? fmt::format(" as `{}`", name) : ""));
      }
      if (std::string& place = options.*(key->place); place.empty()) place = entry.second.as<std::string>();
    }
  } catch (const YAML::Exception& error) {
    refuse(fmt::format("line {}: {}", error.mark.line + 1, error.msg));
  }
}

}  // namespace

void addFolderOption(CLI::App& command, MigrateOptions& options) {
  addOption(command, "--dir", options.folder, "DIR",
            "The folder of the migrations (HOTSWAP_DIR, or hotswap.yaml; else ./migrations)");
}

void addDatabaseOptions(CLI::App& command, MigrateOptions& options) {
  addOption(command, "--database", options.database, "URL",
            "The database: postgres://user@host/name, key=value pairs, sqlite:FILE, or a reference like env:NAME or "
            "file:/path (DATABASE_URL, or hotswap.yaml)");
  addOption(command, "--history-schema", options.historySchema, "SCHEMA",
            "The schema that holds the history; else the first of the search path");
  addOption(command, "--wait", options.wait, "DURATION",
            "How long another HotSwap that is at work on the database, or somebody's lock on all of it, is waited for "
            "(60s)");
}

void addRunOptions(CLI::App& command, MigrateOptions& options) {
  addOption(command, "--lock-timeout", options.lockTimeout, "DURATION",
            "How long a statement may wait for a lock, and others behind it, before it is undone and tried again (5s)");
  addOption(command, "--statement-timeout", options.statementTimeout, "DURATION",
            "How long a statement that blocks others may run (30s)");
}

MigrateOptions completed(const Context& context, MigrateOptions options) {
  if (options.database.empty()) options.database = context.shell().variable("DATABASE_URL").value_or("");
  if (options.folder.empty()) options.folder = context.shell().variable("HOTSWAP_DIR").value_or("");
  fillFromFile(context, options);
  if (options.folder.empty()) options.folder = "migrations";
  return options;
}

}  // namespace hotswap::cli
