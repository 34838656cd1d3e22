#include "cli/migrate/adopt.h"

#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "base/time_text.h"
#include "cli/json_text.h"
#include "cli/migrate/at_desk.h"
#include "versioned/adopt/adopt.h"

namespace hotswap::cli {

namespace {

using versioned::Adopted;
using versioned::EntryState;

struct AdoptCommand {
  MigrateOptions options;
  std::string from;
  versioned::AdoptOptions adoption;
};

Json toJson(const std::vector<Adopted>& adopted, bool dryRun) {
  Json json{{"adopted", Json::array()}, {"dryRun", dryRun}};
  for (const Adopted& one : adopted) {
    json["adopted"].push_back({{"version", one.entry.version},
                               {"description", one.entry.description},
                               {"kind", toText(one.entry.kind)},
                               {"state", toText(one.entry.state)},
                               {"file", one.file ? Json(one.file->string()) : Json(nullptr)},
                               {"appliedAt", toRfc3339(one.entry.appliedAt)},
                               {"appliedBy", one.entry.appliedBy},
                               {"executionTimeMs", one.entry.executionTime.count()}});
  }
  return json;
}

/// What a person has to know of a version besides that it is there.
std::string_view remarkOn(const Adopted& adopted) {
  if (adopted.entry.state == EntryState::Baseline) return " (baseline: it and what is below it count as there)";
  if (!adopted.file)
    return " (without a file: it shows as missing until its file is back, and up wants --ignore-missing)";
  return "";
}

void print(const Context& context, const std::vector<Adopted>& adopted, bool dryRun, const std::string& from) {
  if (context.options().json) {
    context.shell().out << toJson(adopted, dryRun).dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    return;
  }
  for (const Adopted& one : adopted) {
    if (context.printedAsId(one.entry.version)) continue;
    std::string name = titleOf(one.entry.kind, one.entry.version);
    if (!one.entry.description.empty() && one.entry.description != one.entry.version) {
      name += " " + one.entry.description;
    }
    context.print(
        fmt::format("{}: {}{}\n", dryRun ? "would be taken over" : "taken over", printable(name), remarkOn(one)));
  }
  if (adopted.empty()) return context.print(fmt::format("The history of {} holds nothing new.\n", from));
  if (dryRun) return;
  context.print(fmt::format("{} migration{} taken over from {}. See how things stand with: hotswap migrate status\n",
                            adopted.size(), adopted.size() == 1 ? "" : "s", from));
}

int adopt(const Context& context, const AdoptCommand& command) {
  const MigrateOptions options = completed(context, command.options);
  return atDesk(context, options, [&](const versioned::Workplace& place, MigrateView& view) {
    const auto adopted = versioned::adopt(place, versioned::readFolder(options.folder),
                                          *fromText<versioned::ForeignTool>(command.from), command.adoption);
    view.close();
    print(context, adopted, command.adoption.dryRun, command.from);
    return ExitCode::done;
  });
}

}  // namespace

void addAdopt(CommandTree& tree, CLI::App& group) {
  auto command = std::make_shared<AdoptCommand>();
  CLI::App& app = tree.addCommand(
      group,
      {.name = "adopt",
       .description =
           "Take over what another tool has applied, from its table in the database, which is only read. All "
           "of it or, where anything stands against it, nothing; a second run takes over what is new",
       .example = "hotswap migrate adopt --from flyway --dry-run\n"
                  "hotswap migrate adopt --from dbmate --database postgres://app@localhost/shop --dir db/migrations\n"
                  "hotswap migrate adopt --from goose --table tools.goose_db_version"},
      [command](const Context& context) { return adopt(context, *command); });
  limitTo(addOption(app, "--from", command->from, "TOOL", "The tool whose history it is")->required(),
          choicesOf<versioned::ForeignTool>());
  addOption(app, "--table", command->adoption.table, "TABLE",
            "The tool's table, NAME or SCHEMA.NAME, where it is not the usual one");
  addOption(app, "--project", command->adoption.project, "NAME", "Sqitch: the project that the folder is");
  app.add_flag("--in-order", command->adoption.inOrder,
               "Liquibase and Sqitch: take the folder's versions in the order of the tool's changes, instead of by "
               "number or name");
  app.add_flag("--dry-run", command->adoption.dryRun, "Check everything, and only say what would be taken over");
  addDatabaseOptions(app, command->options);
  addFolderOption(app, command->options);
}

}  // namespace hotswap::cli
