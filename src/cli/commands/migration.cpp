#include <fmt/format.h>

#include <memory>
#include <ostream>
#include <sstream>

#include "cli/argument_text.h"
#include "cli/commands/commands.h"
#include "cli/findings.h"
#include "cli/listing.h"
#include "cli/service_error.h"
#include "cli/service_url.h"
#include "cli/watch_view.h"
#include "domain/migration.h"

namespace hotswap::cli {

namespace {

struct MigrationOptions {
  std::string name;  ///< of a new one; of an update, which one
  std::string newName;
  std::string database;
  std::string up;
  std::string down;
  bool noDown = false;
  std::optional<std::string> description;
  std::vector<std::string> tags;
  std::vector<std::string> dependencies;
  std::string strategy;
  std::string risk;
};

struct ListOptions {
  std::string status;
  std::string database;
  std::string tag;
  Paging paging;
};

std::string pathOf(const std::string& migration) { return "/migrations/" + pathPart(migration); }

/// Reads a script into the request and remembers it, so that errors can show the place.
void putScript(Context& context, Json& request, const std::string& key, const std::string& file) {
  if (file.empty()) return;
  const std::string text = readText(context.shell(), file, maxScriptBytes);
  request[key] = text;
  context.scripts[key] = {.name = file == "-" ? "standard input" : file, .text = text};
}

Json requestOf(Context& context, const MigrationOptions& options, Json request) {
  if (options.up == "-" && options.down == "-")
    throw WrongUse("only one of --up and --down can come from standard input");
  if (!options.database.empty()) request["targetDatabaseId"] = options.database;
  if (options.description) request["description"] = *options.description;
  if (!options.tags.empty()) request["tags"] = options.tags;
  if (!options.dependencies.empty()) request["dependencies"] = options.dependencies;
  if (!options.strategy.empty()) request["strategy"] = options.strategy;
  if (!options.risk.empty()) request["riskLevel"] = options.risk;
  if (options.noDown) request["rollbackScript"] = nullptr;
  putScript(context, request, "migrationScript", options.up);
  putScript(context, request, "rollbackScript", options.down);
  return request;
}

void printMigration(Context& context, const Json& migration) {
  context.print(fieldLines(
      {{"name", textOf(migration, "name")},
       {"id", textOf(migration, "migrationId")},
       {"description", textOf(migration, "description")},
       {"database", textOf(migration, "targetDatabaseId")},
       {"status", textOf(migration, "status")},
       {"risk", textOf(migration, "riskLevel")},
       {"strategy", textOf(migration, "strategy")},
       {"tags", joinedOf(migration, "tags")},
       {"depends on", joinedOf(migration, "dependencies")},
       {"checksum", textOf(migration, "checksum")},
       {"created", fmt::format("{} by {}", momentOf(migration, "createdAt"), textOf(migration, "createdBy"))},
       {"updated", momentOf(migration, "updatedAt")}},
      context.paint()));
}

void printScript(Context& context, const std::string& title, const std::string& script) {
  if (script.empty()) return;
  const std::string end = script.ends_with('\n') ? "" : "\n";
  context.print(fmt::format("\n{}\n{}{}", context.paint()(Tone::Faint, title), printable(script, true), end));
}

int printWritten(Context& context, const Answer& answer) {
  if (context.printedAsJson(answer)) return ExitCode::done;
  const Json migration = answer.document();
  if (context.printedAsId(textOf(migration, "migrationId"))) return ExitCode::done;
  printMigration(context, migration);
  const std::string found = findingLines(listOf(migration, "findings"), context.scripts, context.paint());
  if (!found.empty()) context.print("\n" + found);
  return ExitCode::done;
}

int create(Context& context, const MigrationOptions& options) {
  Json request = requestOf(context, options, Json::object());
  request["name"] = options.name;
  return printWritten(context, context.client().post("/migrations", request));
}

int update(Context& context, const MigrationOptions& options) {
  const Answer before = context.client().get(pathOf(options.name));
  const Json known = before.document();
  Json request = Json::object();
  for (const char* key : {"name", "description", "targetDatabaseId", "migrationScript", "rollbackScript", "strategy",
                          "riskLevel", "estimatedDuration", "dependencies", "tags"}) {
    if (const Json& value = memberOf(known, key); !value.is_null()) request[key] = value;
  }
  // Whether a person raised the level or the service found it can't be told, so it is never lowered unasked.
  const bool mayBeTooHigh =
      !options.up.empty() && options.risk.empty() && textOf(known, "riskLevel") != toText(RiskLevel::Low);
  if (mayBeTooHigh) {
    context.remark(fmt::format("hotswap: risk {} is kept; give --risk Low to have it found anew for the new script",
                               printable(textOf(known, "riskLevel"))));
  }
  const Json unchanged = request;
  request = requestOf(context, options, std::move(request));
  if (!options.newName.empty()) request["name"] = options.newName;
  if (request == unchanged && options.up.empty()) throw WrongUse("say what is to change");
  return printWritten(context, context.client().put(pathOf(options.name), request, before.etag));
}

int list(Context& context, const ListOptions& options) {
  const Answer answer = context.client().get(withQuery(
      "/migrations",
      withPaging({{"status", options.status}, {"database", options.database}, {"tag", options.tag}}, options.paging)));
  return printList(context, answer, "migrations", "migrationId",
                   {{.title = "NAME", .mayBeCut = true},
                    {.title = "ID"},
                    {.title = "STATUS"},
                    {.title = "RISK"},
                    {.title = "CREATED"},
                    {.title = "BY", .mayBeCut = true},
                    {.title = "TAGS", .mayBeCut = true}},
                   [](const Json& migration) -> std::vector<Table::Cell> {
                     const std::string status = textOf(migration, "status");
                     const std::string risk = textOf(migration, "riskLevel");
                     return {{textOf(migration, "name")},        {textOf(migration, "migrationId")},
                             {status, toneOf(status)},           {risk, toneOf(risk)},
                             {momentOf(migration, "createdAt")}, {textOf(migration, "createdBy")},
                             {joinedOf(migration, "tags")}};
                   });
}

int show(Context& context, const std::string& name) {
  const Answer answer = context.client().get(pathOf(name));
  if (context.printedAsJson(answer)) return ExitCode::done;
  const Json migration = answer.document();
  if (context.printedAsId(textOf(migration, "migrationId"))) return ExitCode::done;
  printMigration(context, migration);
  printScript(context, "forward", textOf(migration, "migrationScript"));
  printScript(context, "way back", textOf(migration, "rollbackScript"));
  return ExitCode::done;
}

/// Whom a statement makes wait: `reads, writes`, `writes`, `nothing`.
std::string blockedBy(const Json& statement) {
  const auto blocks = statement.find("blocks");
  if (blocks == statement.end()) return "";
  if (flagOf(*blocks, "reads")) return "reads, writes";
  return flagOf(*blocks, "writes") ? "writes" : "nothing";
}

std::string estimateOf(const Json& statement) {
  const auto seconds = numberOf(statement, "estimatedSeconds");
  if (!seconds) return "";
  return *seconds < 1 ? "< 1 s" : fmt::format("{:.0f} s", *seconds);
}

/// Which statements can't be taken back whole and why, and the way back as it follows from the script, where the
/// migration has none of its own.
void printWayBack(Context& context, const Json& report) {
  std::string lines;
  for (const Json& statement : listOf(report, "statements")) {
    std::string losses;
    for (const Json& loss : listOf(statement, "lost")) {
      if (loss.is_string()) losses += " " + printable(loss.get<std::string>());
    }
    if (losses.empty()) continue;
    lines += fmt::format("Statement {:.0f} can't be taken back whole:{}\n",
                         numberOf(statement, "index").value_or(0) + 1, losses);
  }
  const auto rollback = report.find("rollback");
  if (rollback != report.end() && rollback->is_object()) {
    const std::string script = textOf(*rollback, "script");
    const bool whole = flagOf(*rollback, "reversible");
    if (whole && script.empty()) lines += "There is nothing to take back.\n";
    if (!script.empty() && context.scripts["rollbackScript"].text.empty()) {
      lines += whole ? "The way back:\n" : "As much of a way back as there is:\n";
      std::istringstream statements(script);
      for (std::string line; std::getline(statements, line);) lines += "  " + printable(line) + "\n";
    }
  }
  if (!lines.empty()) context.print("\n" + lines);
}

void printRehearsal(Context& context, const Json& report) {
  const auto rehearsal = report.find("rehearsal");
  if (rehearsal == report.end() || !rehearsal->is_object()) return;
  const std::string message = printable(textOf(*rehearsal, "message"));
  const bool passed = flagOf(*rehearsal, "passed");
  const char* outcome = passed ? "passed" : flagOf(*rehearsal, "ran") ? "did not pass" : "was not possible";
  context.print(fmt::format("\nThe rehearsal {}{}{}\n", outcome, message.empty() ? "." : ": ", message));
}

void printReport(Context& context, const Json& report) {
  const Paint paint = context.paint();
  for (const char* kind : {"errors", "warnings", "infos"})
    context.print(findingLines(listOf(report, kind), context.scripts, paint));
  Table table({{.title = "STATEMENT", .isNumber = true},
               {.title = "LINE", .isNumber = true},
               {.title = "KIND"},
               {.title = "TRANSACTION"},
               {.title = "BLOCKS"},
               {.title = "FOR ABOUT", .isNumber = true},
               {.title = "SQL", .mayBeCut = true}});
  for (const Json& statement : listOf(report, "statements")) {
    const auto index = numberOf(statement, "index").value_or(0);
    table.addRow({{fmt::format("{:.0f}", index + 1)},
                  {textOf(statement, "line")},
                  {textOf(statement, "kind")},
                  {flagOf(statement, "transactional") ? textOf(statement, "unit") : "none"},
                  {blockedBy(statement)},
                  {estimateOf(statement)},
                  {textOf(statement, "sql")}});
  }
  if (!table.empty()) {
    context.print("\n");
    context.printTable(table);
  }
  printWayBack(context, report);
  printRehearsal(context, report);
  const bool valid = flagOf(report, "isValid");
  context.print(fmt::format("\n{}, risk {}{}\n", paint(valid ? Tone::Good : Tone::Bad, valid ? "Valid" : "Not valid"),
                            printable(textOf(report, "riskLevel")),
                            flagOf(report, "dryRun") ? ", tried in a transaction that was rolled back" : ""));
}

struct ValidateOptions {
  std::string name;
  bool dryRun = false;
  bool rehearse = false;
};

int validate(Context& context, const ValidateOptions& options) {
  const std::string& name = options.name;
  Json request{{"dryRun", options.dryRun}};
  if (options.rehearse) request["rehearse"] = true;
  const Answer answer = context.client().post(pathOf(name) + "/validate", request);
  const Json report = answer.document();
  const int code = flagOf(report, "isValid") ? ExitCode::done : ExitCode::failed;
  if (context.printedAsJson(answer) || context.printedAsId(code == ExitCode::done ? "valid" : "invalid")) return code;
  const Json migration = context.client().get(pathOf(name)).document();
  context.scripts["migrationScript"] = {.name = "forward", .text = textOf(migration, "migrationScript")};
  context.scripts["rollbackScript"] = {.name = "way back", .text = textOf(migration, "rollbackScript")};
  printReport(context, report);
  return code;
}

int deleteMigration(Context& context, const std::string& name) {
  const Answer answer = context.client().remove(pathOf(name));
  if (context.printedAsJson(answer)) return ExitCode::done;
  context.print(fmt::format("Deleted {}.\n", printable(name)));
  return ExitCode::done;
}

void addChangeOptions(CLI::App& command, MigrationOptions& options, bool isNew) {
  addOption(command, "--database", options.database, "DATABASE", "What it changes, by name or id")->required(isNew);
  addOption(command, "--up", options.up, "FILE", "The script forward, - for standard input")->required(isNew);
  CLI::Option* down = addOption(command, "--down", options.down, "FILE", "The way back, - for standard input");
  if (!isNew) command.add_flag("--no-down", options.noDown, "Take the way back away")->excludes(down);
  addOption(command, "--description", options.description, "TEXT", "What it is for");
  addOption(command, "--tag", options.tags, "TAG", "A word to find it by");
  addOption(command, "--depends-on", options.dependencies, "MIGRATION",
            "What must have succeeded before, by id or name");
  limitTo(addOption(command, "--strategy", options.strategy, "STRATEGY", "How it is rolled out"),
          choicesOf<Strategy>());
  limitTo(addOption(command, "--risk", options.risk, "RISK", "Raise the risk that was found; it can't be lowered"),
          choicesOf<RiskLevel>());
}

CLI::App& addNamed(CommandTree& tree, CLI::App& group, const CommandTree::Text& text,
                   const std::shared_ptr<std::string>& name, CommandTree::Action action) {
  CLI::App& command = tree.addCommand(group, text, std::move(action));
  addOption(command, "MIGRATION", *name, "MIGRATION", "Its name or id")->required();
  return command;
}

}  // namespace

void addMigration(CommandTree& tree) {
  CLI::App& group = tree.addGroup({.name = "migration",
                                   .description = "Changes of a schema: a script forward and a way back",
                                   .example = "hotswap migration list --status Draft"});
  auto fresh = std::make_shared<MigrationOptions>();
  CLI::App& creating = tree.addCommand(
      group,
      {.name = "create",
       .description = "Store a new migration and say what was found in its scripts",
       .example = "hotswap migration create add_orders_note --database orders --up up.sql --down down.sql"},
      [fresh](Context& context) { return create(context, *fresh); });
  addOption(creating, "NAME", fresh->name, "NAME", "Small letters, digits and _, at most 128")->required();
  addChangeOptions(creating, *fresh, true);

  auto filter = std::make_shared<ListOptions>();
  CLI::App& listing = tree.addCommand(group,
                                      {.name = "list",
                                       .description = "List migrations, the newest first",
                                       .example = "hotswap migration list --status Draft --database orders"},
                                      [filter](Context& context) { return list(context, *filter); });
  limitTo(addOption(listing, "--status", filter->status, "STATUS", "Only those in this state"),
          choicesOf<MigrationStatus>());
  addOption(listing, "--database", filter->database, "DATABASE", "Only those of this database");
  addOption(listing, "--tag", filter->tag, "TAG", "Only those with this tag");
  addPaging(listing, filter->paging);

  auto shown = std::make_shared<std::string>();
  addNamed(tree, group,
           {.name = "show",
            .description = "Show a migration with its scripts",
            .example = "hotswap migration show add_orders_note"},
           shown, [shown](Context& context) { return show(context, *shown); });

  auto changed = std::make_shared<MigrationOptions>();
  CLI::App& updating = addNamed(tree, group,
                                {.name = "update",
                                 .description = "Change a draft; what isn't named stays",
                                 .example = "hotswap migration update add_orders_note --up up.sql"},
                                std::shared_ptr<std::string>(changed, &changed->name),
                                [changed](Context& context) { return update(context, *changed); });
  addOption(updating, "--name", changed->newName, "NAME", "A new name");
  addChangeOptions(updating, *changed, false);

  auto checked = std::make_shared<ValidateOptions>();
  CLI::App& validating =
      addNamed(tree, group,
               {.name = "validate",
                .description = "Check a migration against its database. The exit code is 1 where it isn't valid",
                .example = "hotswap migration validate add_orders_note --dry-run"},
               std::shared_ptr<std::string>(checked, &checked->name),
               [checked](Context& context) { return validate(context, *checked); });
  validating.add_flag("--dry-run", checked->dryRun, "Run it too, in a transaction that is rolled back");
  validating.add_flag("--rehearse", checked->rehearse,
                      "Run it forward, back and forward again in a scratch database on the target's server, which has "
                      "its schema and no rows");

  auto deleted = std::make_shared<std::string>();
  addNamed(tree, group,
           {.name = "delete",
            .description = "Delete a migration that is a draft, failed or was rolled back",
            .example = "hotswap migration delete add_orders_note"},
           deleted, [deleted](Context& context) { return deleteMigration(context, *deleted); });
}

}  // namespace hotswap::cli
