#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "cli/argument_text.h"
#include "cli/commands/commands.h"
#include "cli/json_text.h"
#include "cli/service_error.h"
#include "cli/service_url.h"
#include "cli/watch.h"
#include "domain/database.h"
#include "domain/execution.h"
#include "domain/migration.h"

namespace hotswap::cli {

namespace {

struct ExecuteOptions {
  std::string migration;
  std::string strategy;
  std::string environment;
  bool dryRun = false;
  bool watch = false;
  bool noAutoRollback = false;
  std::string timeout;
  std::string primary;
  std::string baseline;
  std::string window;
  std::string lockWait;
  std::string lag;
  std::string latencyFactor;
  std::string cpuPercent;
};

/// An option that sets a limit of the execution. What it may be is the same everywhere, whatever the service's
/// configuration says, so that it is checked before anything is sent.
struct LimitOption {
  const char* option;
  std::string_view field;  ///< in the request
  bool isDuration;
  std::string ExecuteOptions::*text;
  void (*set)(ExecutionOptions&, double);
};

constexpr std::string_view monitoring = "monitoring.";
constexpr std::array limitOptions{
    LimitOption{"--timeout", "timeout", true, &ExecuteOptions::timeout,
                [](ExecutionOptions& asked, double value) { asked.timeout = Seconds(value); }},
    LimitOption{"--watch-seconds", "monitoring.primarySeconds", true, &ExecuteOptions::primary,
                [](ExecutionOptions& asked, double value) { asked.watch.primary = Seconds(value); }},
    LimitOption{"--baseline-seconds", "monitoring.baselineSeconds", true, &ExecuteOptions::baseline,
                [](ExecutionOptions& asked, double value) { asked.watch.baseline = Seconds(value); }},
    LimitOption{"--window-seconds", "monitoring.windowSeconds", true, &ExecuteOptions::window,
                [](ExecutionOptions& asked, double value) { asked.watch.window = Seconds(value); }},
    LimitOption{"--lock-wait-seconds", "monitoring.lockWaitSeconds", true, &ExecuteOptions::lockWait,
                [](ExecutionOptions& asked, double value) { asked.watch.lockWait = Seconds(value); }},
    LimitOption{"--lag-seconds", "monitoring.lagSeconds", true, &ExecuteOptions::lag,
                [](ExecutionOptions& asked, double value) { asked.watch.lag = Seconds(value); }},
    LimitOption{"--latency-factor", "monitoring.latencyFactor", false, &ExecuteOptions::latencyFactor,
                [](ExecutionOptions& asked, double value) { asked.watch.latencyFactor = value; }},
    LimitOption{"--cpu-percent", "monitoring.cpuPercent", false, &ExecuteOptions::cpuPercent,
                [](ExecutionOptions& asked, double value) { asked.watch.cpuPercent = value; }}};

void putLimit(Json& request, const LimitOption& limit, const std::string& text) {
  const double value = limit.isDuration ? parseDuration(text, limit.option).count() : parseNumber(text, limit.option);
  ExecutionOptions asked;
  limit.set(asked, value);
  const std::vector<ErrorDetail> problems = checkFields(asked);
  if (!problems.empty()) {
    throw WrongUse(fmt::format("{} {}{}, not `{}`", limit.option, problems.front().message,
                               limit.isDuration ? " seconds" : "", text));
  }
  if (limit.field.starts_with(monitoring)) {
    request["monitoring"][std::string(limit.field.substr(monitoring.size()))] = value;
  } else {
    request[std::string(limit.field)] = value;
  }
}

Json requestOf(const ExecuteOptions& options) {
  Json request = Json::object();
  if (!options.strategy.empty()) request["strategy"] = options.strategy;
  if (!options.environment.empty()) request["environment"] = options.environment;
  if (options.dryRun) request["dryRun"] = true;
  if (options.noAutoRollback) request["autoRollback"] = false;
  for (const LimitOption& limit : limitOptions) {
    const std::string& text = options.*limit.text;
    if (!text.empty()) putLimit(request, limit, text);
  }
  return request;
}

int execute(Context& context, const ExecuteOptions& options) {
  const Json request = requestOf(options);
  const Answer answer = context.client().post("/migrations/" + pathPart(options.migration) + "/execute", request);
  const std::string id = textOf(answer.document(), "executionId");
  if (options.watch) {
    context.printedAsId(id);
    context.print(fmt::format("Execution {}\n", printable(id)));
    return watchExecution(context, id);
  }
  if (context.printedAsJson(answer) || context.printedAsId(id)) return ExitCode::done;
  context.print(fmt::format("Execution {0} is accepted.\nWatch it with: hotswap execution watch {0}\n", printable(id)));
  return ExitCode::done;
}

}  // namespace

void addExecute(CommandTree& tree) {
  auto options = std::make_shared<ExecuteOptions>();
  CLI::App& command = tree.addCommand(
      tree.root(),
      {.name = "execute",
       .description = "Carry out a migration. The exit code is 0 as soon as it is accepted; with --watch 0 where it "
                      "succeeded, 1 where it failed, 3 where it was rolled back or still goes on",
       .example = "hotswap execute add_orders_note --watch\n"
                  "hotswap execute add_orders_note --watch --watch-seconds 300 --latency-factor 1.3"},
      [options](Context& context) { return execute(context, *options); });
  addOption(command, "MIGRATION", options->migration, "MIGRATION", "Its name or id")->required();
  limitTo(addOption(command, "--strategy", options->strategy, "STRATEGY", "How it is rolled out"),
          choicesOf<Strategy>());
  limitTo(addOption(command, "--environment", options->environment, "ENVIRONMENT",
                    "Refuse where the database is in another one"),
          choicesOf<Environment>());
  command.add_flag("--dry-run", options->dryRun,
                   "Do everything up to the first change, and try it in a transaction that is rolled back");
  command.add_flag("--watch", options->watch, "Stay and show what happens");
  command.add_flag("--no-auto-rollback", options->noAutoRollback,
                   "Only report when the database suffers, undo nothing");
  addOption(command, "--timeout", options->timeout, "DURATION",
            "Of the whole, e.g. 90 (seconds), 30m or PT30M; at most 2h");
  addOption(command, "--watch-seconds", options->primary, "SECONDS",
            "How long the primary is watched after the change");
  addOption(command, "--baseline-seconds", options->baseline, "SECONDS", "How long is measured before the change");
  addOption(command, "--latency-factor", options->latencyFactor, "FACTOR",
            "How much slower than before is too slow, e.g. 1.5");
  addOption(command, "--window-seconds", options->window, "SECONDS", "How long it must be too slow to count");
  addOption(command, "--lock-wait-seconds", options->lockWait, "SECONDS", "How long others may wait for locks");
  addOption(command, "--lag-seconds", options->lag, "SECONDS", "How far replicas may fall behind");
  addOption(command, "--cpu-percent", options->cpuPercent, "PERCENT", "How busy the processors may be");
}

}  // namespace hotswap::cli
