#pragma once
#include <string>

#include "cli/command_tree.h"

namespace hotswap::cli {

/// What every `hotswap migrate` command takes.
struct MigrateOptions {
  std::string database;
  std::string folder;
  std::string historySchema;
  std::string lockTimeout;
  std::string statementTimeout;
  std::string wait;
};

/// Adds `--dir`.
void addFolderOption(CLI::App& command, MigrateOptions& options);
/// Adds `--database`, `--history-schema` and `--wait`.
void addDatabaseOptions(CLI::App& command, MigrateOptions& options);
/// Adds what bounds the statements of scripts.
void addRunOptions(CLI::App& command, MigrateOptions& options);

/// Fills what the command line left open: from the environment (DATABASE_URL, HOTSWAP_DIR), then from the section
/// `migrate` of the file hotswap.yaml in the present folder. Throws Error (ValidationError) for a file that can't be
/// read or holds other keys there.
MigrateOptions completed(const Context& context, MigrateOptions options);

}  // namespace hotswap::cli
