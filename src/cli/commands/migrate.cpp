#include <memory>

#include "cli/commands/commands.h"
#include "cli/migrate/actions.h"
#include "cli/migrate/adopt.h"
#include "cli/migrate/inverse.h"

namespace hotswap::cli {

namespace {

using Run = int (*)(Context&, const MigrateCommand&);

struct Added {
  CLI::App& app;
  std::shared_ptr<MigrateCommand> command;
};

Added addTo(CommandTree& tree, CLI::App& group, const CommandTree::Text& text, Run run, bool needsFolder = true) {
  auto command = std::make_shared<MigrateCommand>();
  CLI::App& app = tree.addCommand(group, text, [command, run](Context& context) { return run(context, *command); });
  addDatabaseOptions(app, command->options);
  if (needsFolder) addFolderOption(app, command->options);
  return {app, std::move(command)};
}

void addNew(CommandTree& tree, CLI::App& group) {
  auto command = std::make_shared<MigrateCommand>();
  CLI::App& app = tree.addCommand(group,
                                  {.name = "new",
                                   .description = "Make the files of the next migration, in the layout of the folder",
                                   .example = "hotswap migrate new create_users --dir migrations"},
                                  [command](Context& context) { return migrateNew(context, *command); });
  addOption(app, "NAME", command->name, "NAME", "What it does, in a few words")->required();
  app.add_flag("--timestamp", command->timestamp, "Number it by the present time instead of the next number");
  addFolderOption(app, command->options);
}

void addUp(CommandTree& tree, CLI::App& group) {
  auto [app, command] = addTo(
      tree, group,
      {.name = "up",
       .description = "Apply what is pending, in order, each version in a transaction with its row in the history "
                      "where it can. The exit code is 0 when all is applied, 1 when one failed, 4 when files and "
                      "history disagree",
       .example = "hotswap migrate up --database postgres://app@localhost/shop --dir migrations\n"
                  "hotswap migrate up --to 0007 --dry-run"},
      migrateUp);
  addOption(app, "--to", command->to, "VERSION", "The last version to apply");
  app.add_flag("--dry-run", command->dryRun, "Check everything, and only say what would be applied");
  app.add_flag("--out-of-order", command->outOfOrder, "Apply versions below one that is applied, too");
  app.add_flag("--ignore-missing", command->ignoreMissing, "Go on though applied versions have no file any more");
  limitTo(addOption(app, "--lint", command->lint, "LINT",
                    "Whether the safety analysis looks at what is pending first, and whether it may refuse"),
          {"off", "warn", "error"});
  app.add_flag("--auto-rollback", command->autoRollback,
               "Run the back part of a version that failed outside of a transaction");
  addRunOptions(app, command->options);
}

void addDown(CommandTree& tree, CLI::App& group) {
  auto [app, command] = addTo(tree, group,
                              {.name = "down",
                               .description = "Run back parts, newest version first. A version without one is refused "
                                              "before anything is touched",
                               .example = "hotswap migrate down\nhotswap migrate down --to 0005"},
                              migrateDown);
  CLI::Option* steps = addOption(app, "--steps", command->steps, "N", "How many versions (1)");
  limitTo(steps, 1, 1'000'000);
  addOption(app, "--to", command->to, "VERSION", "The version to go back to, which stays; 0: all the way")
      ->excludes(steps);
  app.add_flag("--dry-run", command->dryRun, "Check everything, and only say what would be rolled back");
  addRunOptions(app, command->options);
}

}  // namespace

void addMigrate(CommandTree& tree) {
  CLI::App& group =
      tree.addGroup({.name = "migrate",
                     .description = "Bring a database to any version of a folder of numbered SQL files, without a "
                                    "service",
                     .example = "hotswap migrate new create_users\n"
                                "hotswap migrate status --database sqlite:app.db\n"
                                "hotswap migrate up --database postgres://app@localhost/shop"});
  addNew(tree, group);
  addInverse(tree, group);
  addTo(
      tree, group,
      {.name = "status",
       .description = "Show what is applied, pending, changed, missing or failed. The exit code is 0, 3 when something "
                      "is pending, 4 when history and files disagree",
       .example = "hotswap migrate status --json"},
      migrateStatus);
  addUp(tree, group);
  addDown(tree, group);
  auto [redoApp, redoCommand] = addTo(tree, group,
                                      {.name = "redo",
                                       .description = "Roll the newest version back and apply it again",
                                       .example = "hotswap migrate redo"},
                                      migrateRedo);
  addRunOptions(redoApp, redoCommand->options);
  addTo(tree, group,
        {.name = "validate",
         .description = "Hold files and history against each other and analyse what is pending; runs nothing. The exit "
                        "code is 0, 1 when a script can't be run, 4 when history and files disagree",
         .example = "hotswap migrate validate --dir migrations"},
        migrateValidate);
  auto [repairApp, repairCommand] =
      addTo(tree, group,
            {.name = "repair",
             .description = "Take over the checksums of changed files and clear failed versions in the history, saying "
                            "each; runs no script",
             .example = "hotswap migrate repair"},
            migrateRepair);
  limitTo(addOption(repairApp, "--assume", repairCommand->assume, "ASSUMPTION",
                    "What became of a statement of which the database can't tell whether it was done before a run was "
                    "broken off"),
          {"done", "not-done"});
  auto [baselineApp, baselineCommand] =
      addTo(tree, group,
            {.name = "baseline",
             .description = "Write a version as already there, for a database that is older than its history",
             .example = "hotswap migrate baseline 0042"},
            migrateBaseline);
  addOption(baselineApp, "VERSION", baselineCommand->version, "VERSION", "The version that the database has")
      ->required();
  addAdopt(tree, group);
  addTo(tree, group,
        {.name = "history",
         .description = "Show every attempt, oldest first",
         .example = "hotswap migrate history --json"},
        migrateHistory, false);
  auto [dumpApp, dumpCommand] = addTo(
      tree, group,
      {.name = "dump",
       .description = "Print the schema as SQL, the same text for the same schema, to be kept with the source code",
       .example = "hotswap migrate dump > schema.sql\nhotswap migrate dump --check schema.sql"},
      migrateDump, false);
  addOption(dumpApp, "--check", dumpCommand->file, "FILE",
            "Compare with this file instead; the exit code is 1 when the database differs");
}

}  // namespace hotswap::cli
