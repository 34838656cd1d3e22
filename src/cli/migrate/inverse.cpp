#include "cli/migrate/inverse.h"

#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/argument_text.h"
#include "cli/json_text.h"
#include "cli/migrate/options.h"
#include "cli/service_error.h"
#include "versioned/derived_back.h"

namespace hotswap::cli {

namespace {

struct InverseCommand {
  MigrateOptions options;
  std::string version;
  std::string engine = "PostgreSQL";
  bool write = false;
};

Json toJson(const versioned::DerivedBack& back, const std::string& file) {
  Json losses = Json::array();
  for (const versioned::NotBroughtBack& loss : back.losses)
    losses.push_back({{"line", loss.line}, {"statement", loss.statement}, {"reasons", loss.reasons}});
  return {{"version", back.migration.version->text()},
          {"script", back.script ? Json(*back.script) : Json(nullptr)},
          {"reversible", back.whole()},
          {"lost", losses},
          {"file", file.empty() ? Json(nullptr) : Json(file)}};
}

int inverse(Context& context, const InverseCommand& command) {
  const auto version = versioned::Version::parse(command.version);
  if (!version) throw WrongUse(fmt::format("VERSION takes a version such as 0007 or 1.2, not `{}`", command.version));
  const MigrateOptions options = completed(context, command.options);
  const db::Engine& engine = context.program().engines->of(*fromText<DatabaseType>(command.engine));
  const versioned::MigrationFolder folder = versioned::readFolder(options.folder);
  const versioned::DerivedBack back = versioned::deriveBack(engine, folder, *version);
  std::string file;
  if (command.write) file = versioned::writeBack(folder, back).string();
  if (context.options().json) {
    context.shell().out << toJson(back, file).dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    return back.whole() ? ExitCode::done : ExitCode::failed;
  }
  for (const versioned::NotBroughtBack& loss : back.losses) {
    std::string reasons;
    for (const std::string& reason : loss.reasons) reasons += " " + printable(reason);
    context.shell().err << fmt::format("line {}: {} can't be taken back whole:{}\n", loss.line,
                                       printable(loss.statement), reasons);
  }
  if (!file.empty()) {
    context.shell().out << printable(file) << '\n';
  } else if (back.script) {
    context.shell().out << *back.script;
  } else if (back.whole()) {
    context.shell().err << "There is nothing to take back.\n";
  }
  return back.whole() ? ExitCode::done : ExitCode::failed;
}

}  // namespace

void addInverse(CommandTree& tree, CLI::App& group) {
  auto command = std::make_shared<InverseCommand>();
  CLI::App& app = tree.addCommand(
      group,
      {.name = "inverse",
       .description = "Print the way back of a migration as it follows from its statements and the migrations before "
                      "it, without a database. What doesn't come back (rows, values, what only the database knows) is "
                      "named on standard error, and the exit code is 1 then",
       .example = "hotswap migrate inverse 0007 --dir migrations\nhotswap migrate inverse 0007 --write"},
      [command](Context& context) { return inverse(context, *command); });
  addOption(app, "VERSION", command->version, "VERSION", "The version to take back")->required();
  app.add_flag("--write", command->write, "Write it where the folder has its ways back, unless there is one already");
  limitTo(addOption(app, "--engine", command->engine, "ENGINE", "Whose SQL it is (PostgreSQL)"),
          choicesOf<DatabaseType>());
  addFolderOption(app, command->options);
}

}  // namespace hotswap::cli
