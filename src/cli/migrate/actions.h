#pragma once
#include <cstddef>
#include <string>

#include "cli/context.h"
#include "cli/migrate/options.h"

/// What the commands of `hotswap migrate` do; each returns the exit code of the process.
namespace hotswap::cli {

/// What a command line has said. Each command looks at its own part.
struct MigrateCommand {
  MigrateOptions options;
  std::string name;
  std::string version;
  std::string to;
  std::string file;
  std::size_t steps = 1;
  bool dryRun = false;
  bool outOfOrder = false;
  bool ignoreMissing = false;
  bool autoRollback = false;
  bool timestamp = false;
  std::string lint = "off";
  std::string assume;
};

int migrateUp(Context& context, const MigrateCommand& command);
int migrateDown(Context& context, const MigrateCommand& command);
int migrateRedo(Context& context, const MigrateCommand& command);
int migrateStatus(Context& context, const MigrateCommand& command);
int migrateValidate(Context& context, const MigrateCommand& command);
int migrateHistory(Context& context, const MigrateCommand& command);
int migrateRepair(Context& context, const MigrateCommand& command);
int migrateBaseline(Context& context, const MigrateCommand& command);
int migrateNew(Context& context, const MigrateCommand& command);
int migrateDump(Context& context, const MigrateCommand& command);

}  // namespace hotswap::cli
