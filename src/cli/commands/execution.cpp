#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/commands/commands.h"
#include "cli/execution_log.h"
#include "cli/listing.h"
#include "cli/service_url.h"
#include "cli/watch.h"
#include "cli/watch_view.h"
#include "domain/execution.h"

namespace hotswap::cli {

namespace {

struct ListOptions {
  std::string status;
  std::string database;
  Paging paging;
};

std::string pathOf(const std::string& execution) { return "/executions/" + pathPart(execution); }

int list(Context& context, const ListOptions& options) {
  const Answer answer = context.client().get(withQuery(
      "/executions", withPaging({{"status", options.status}, {"database", options.database}}, options.paging)));
  return printList(context, answer, "executions", "executionId",
                   {{.title = "ID"},
                    {.title = "STATUS"},
                    {.title = "DONE", .isNumber = true},
                    {.title = "STRATEGY"},
                    {.title = "STARTED"},
                    {.title = "TOOK", .isNumber = true},
                    {.title = "BY", .mayBeCut = true},
                    {.title = "WHY", .mayBeCut = true}},
                   [](const Json& execution) -> std::vector<Table::Cell> {
                     const std::string status = textOf(execution, "status");
                     return {{textOf(execution, "executionId")},
                             {status, toneOf(status)},
                             {fmt::format("{:.0f} %", numberOf(execution, "progress").value_or(0))},
                             {textOf(execution, "strategy")},
                             {momentOf(execution, "startedAt")},
                             {durationOf(execution, "duration")},
                             {textOf(execution, "initiatedBy")},
                             {textOf(execution, "errorMessage")}};
                   });
}

void printExecution(Context& context, const Json& execution) {
  const Paint paint = context.paint();
  context.print(fieldLines({{"id", textOf(execution, "executionId")},
                            {"migration", textOf(execution, "migrationId")},
                            {"database", textOf(execution, "databaseId")},
                            {"strategy", textOf(execution, "strategy")},
                            {"dry run", flagOf(execution, "dryRun") ? "yes" : ""},
                            {"by", textOf(execution, "initiatedBy")},
                            {"started", momentOf(execution, "startedAt")},
                            {"completed", momentOf(execution, "completedAt")},
                            {"phase", textOf(execution, "currentPhase")}},
                           paint));
  context.print("\n");
  WatchState state;
  takeDocument(state, execution);
  for (const PhaseState& phase : state.phases) {
    context.print(fmt::format("phase {} ({}): {}\n", printable(phase.name), printable(phase.instances),
                              paint(toneOf(phase.status), printable(phase.status))));
  }
  for (const auto& [instance, reading] : state.instances) {
    context.print(readingLine(instance, reading, state.latencyLimit, paint) + "\n");
  }
  for (const std::string& line : summaryLines(execution, paint)) context.print(line + "\n");
}

int show(Context& context, const std::string& id) {
  const Answer answer = context.client().get(pathOf(id));
  const Json execution = answer.document();
  if (context.printedAsJson(answer) || context.printedAsId(textOf(execution, "status"))) return ExitCode::done;
  printExecution(context, execution);
  return ExitCode::done;
}

int cancel(Context& context, const std::string& id, const std::string& reason) {
  const Json request = reason.empty() ? Json::object() : Json{{"reason", reason}};
  const Answer answer = context.client().post(pathOf(id) + "/cancel", request);
  if (context.printedAsJson(answer)) return ExitCode::done;
  context.print(
      fmt::format("{0} is told to stop and to undo what it has changed.\nWatch it with: hotswap execution watch {0}\n",
                  printable(id)));
  return ExitCode::done;
}

int rollback(Context& context, const std::string& id, const std::string& reason) {
  const Json request = reason.empty() ? Json::object() : Json{{"reason", reason}};
  const Answer answer = context.client().post(pathOf(id) + "/rollback", request);
  const Json result = answer.document();
  const std::string status = textOf(result, "status");
  constexpr long accepted = 202;
  const bool stillGoing = answer.status == accepted;
  const int code = stillGoing               ? ExitCode::pendingOrRolledBack
                   : status == "RolledBack" ? ExitCode::done
                                            : ExitCode::failed;
  if (context.printedAsJson(answer) || context.printedAsId(status)) return code;
  if (stillGoing) {
    context.print(fmt::format("The way back has begun and takes longer.\nWatch it with: hotswap execution watch {}\n",
                              printable(id)));
    return code;
  }
  const std::string took = durationOf(result, "rollbackDuration");
  context.print(fmt::format("{}{}\n", context.paint()(toneOf(status), printable(status)),
                            took.empty() ? "" : ", the way back took " + took));
  return code;
}

/// A command that takes the id of an execution.
CLI::App& addNamed(CommandTree& tree, CLI::App& group, const CommandTree::Text& text,
                   const std::shared_ptr<std::string>& id, CommandTree::Action action) {
  CLI::App& command = tree.addCommand(group, text, std::move(action));
  addOption(command, "EXECUTION", *id, "EXECUTION", "Its id")->required();
  return command;
}

void addStopping(CommandTree& tree, CLI::App& group, const CommandTree::Text& text,
                 int (*action)(Context&, const std::string&, const std::string&)) {
  auto id = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  CLI::App& command = addNamed(tree, group, text, id, [=](Context& context) { return action(context, *id, *reason); });
  addOption(command, "--reason", *reason, "TEXT", "Why, for those who read it later");
}

constexpr const char* exampleId = "exec-0190b3c2-7f00-7000-8000-000000000001";

}  // namespace

void addExecution(CommandTree& tree) {
  CLI::App& group = tree.addGroup({.name = "execution",
                                   .description = "Rollouts of migrations: what happens, what happened, stop, undo",
                                   .example = "hotswap execution list --status Running"});
  auto filter = std::make_shared<ListOptions>();
  CLI::App& listing = tree.addCommand(group,
                                      {.name = "list",
                                       .description = "List executions, the newest first",
                                       .example = "hotswap execution list --status Running"},
                                      [filter](Context& context) { return list(context, *filter); });
  limitTo(addOption(listing, "--status", filter->status, "STATUS", "Only those in this state"),
          choicesOf<ExecutionStatus>());
  addOption(listing, "--database", filter->database, "DATABASE", "Only those on this database");
  addPaging(listing, filter->paging);

  auto shown = std::make_shared<std::string>();
  addNamed(tree, group,
           {.name = "show",
            .description = "Show an execution: phases, figures, result",
            .example = fmt::format("hotswap execution show {}", exampleId)},
           shown, [shown](Context& context) { return show(context, *shown); });

  auto logs = std::make_shared<LogOptions>();
  CLI::App& logging = addNamed(tree, group,
                               {.name = "logs",
                                .description = "Print the log of an execution, with every statement that was sent",
                                .example = fmt::format("hotswap execution logs {} --follow", exampleId)},
                               std::shared_ptr<std::string>(logs, &logs->executionId),
                               [logs](Context& context) { return printLog(context, *logs); });
  logging.add_flag("--follow", logs->follow, "Stay and print what comes until the execution is over");
  logging.add_flag("--statements", logs->statements, "Print the statements too");

  auto watched = std::make_shared<std::string>();
  addNamed(tree, group,
           {.name = "watch",
            .description = "Show an execution until it is over. The exit code is 0 where it succeeded, 1 where it "
                           "failed, 3 where it was rolled back or still goes on",
            .example = fmt::format("hotswap execution watch {}", exampleId)},
           watched, [watched](Context& context) { return watchExecution(context, *watched); });
  addStopping(tree, group,
              {.name = "cancel",
               .description = "Stop an execution that runs or waits, and undo what it has changed",
               .example = fmt::format("hotswap execution cancel {} --reason 'wrong week'", exampleId)},
              cancel);
  addStopping(
      tree, group,
      {.name = "rollback",
       .description =
           "Undo an execution. The exit code is 0 once it is undone, 3 where that takes longer, 1 where it failed",
       .example = fmt::format("hotswap execution rollback {} --reason 'reports are slow'", exampleId)},
      rollback);
}

}  // namespace hotswap::cli
