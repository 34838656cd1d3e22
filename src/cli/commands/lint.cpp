#include "cli/lint/lint.h"
#include "cli/commands/commands.h"

namespace hotswap::cli {

void addLint(CommandTree& tree) {
  auto command = std::make_shared<LintCommand>();
  CLI::App& app = tree.addCommand(
      tree.root(),
      {.name = "lint",
       .description =
           "Say what is dangerous in SQL scripts and folders of versioned migrations before they are run, without a "
           "database. Folders are read in order, and each script is judged knowing what those before it have made. "
           "The exit code is 0, 1 when there are findings of severity error (or warning, with --fail-on warning) or "
           "something can't be read, 2 for a wrong command line",
       .example = "hotswap lint migrations\n"
                  "hotswap lint --safer add_index.sql > safer.sql\n"
                  "hotswap lint --format sarif migrations > hotswap.sarif\n"
                  "git diff --name-only --diff-filter=d | grep '\\.sql$' | xargs hotswap lint --format github"},
      [command](Context& context) { return lint(context, *command); });
  addOption(
      app, "PATH", command->paths, "PATH",
      "Scripts, folders of migrations, or - for standard input; else the folder of hotswap.yaml, or ./migrations");
  limitTo(addOption(app, "--format", command->format, "FORMAT", "How findings are printed"),
          {"text", "json", "sarif", "github"});
  limitTo(addOption(app, "--engine", command->engine, "ENGINE", "Whose SQL it is (PostgreSQL)"),
          choicesOf<DatabaseType>());
  limitTo(addOption(app, "--fail-on", command->failOn, "SEVERITY", "From which severity on the exit code is 1 (error)"),
          {"error", "warning", "info", "never"});
  addOption(app, "--rule", command->rules, "RULE=SEVERITY", "Take a rule as error, warning or info, or switch it off");
  app.add_flag("--safer", command->safer,
               "Print the script with safer SQL in place of dangerous statements instead; of one script only");
  app.add_flag("--list-rules", command->listRules, "Print all rules instead");
}

}  // namespace hotswap::cli
