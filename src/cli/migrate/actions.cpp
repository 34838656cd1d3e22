#include "cli/migrate/actions.h"

#include <fmt/format.h>
#include <ostream>

#include "base/time_text.h"
#include "cli/argument_text.h"
#include "cli/findings.h"
#include "cli/listing.h"
#include "cli/migrate/at_desk.h"
#include "cli/migrate/json.h"
#include "cli/migrate/view.h"
#include "cli/service_error.h"
#include "versioned/down.h"
#include "versioned/lock_patience.h"
#include "versioned/new_migration.h"
#include "versioned/repair.h"
#include "versioned/review.h"
#include "versioned/up.h"

namespace hotswap::cli {

namespace {

using versioned::Standing;
using versioned::Version;

Version versionOf(const std::string& text, const char* option) {
  const auto version = Version::parse(text);
  if (!version) throw WrongUse(fmt::format("{} takes a version such as 0007 or 1.2, not `{}`", option, text));
  return *version;
}

void printJson(const Context& context, const Json& json) {
  context.shell().out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

/// What a command that could fail half-way has done, and its exit code.
int printReport(Context& context, const versioned::Report& report) {
  int code = ExitCode::done;
  if (report.failure) code = report.failure->interrupted ? ExitCode::interrupted : ExitCode::failed;
  if (context.options().json) {
    printJson(context, toJson(report));
  } else if (report.failure) {
    context.shell().err << failureText(report, paintFor(context.shell(), context.shell().errIsTerminal));
  } else if (context.options().quiet) {
    for (const versioned::Step& step : report.done) {
      context.printedAsId(step.migration.version ? step.migration.version->text() : step.migration.description);
    }
  } else {
    context.print(summaryText(report) + "\n");
  }
  return code;
}

int printPlan(Context& context, const versioned::Report& report, const char* what) {
  if (context.options().json) {
    printJson(context, toJson(report));
    return ExitCode::done;
  }
  for (const versioned::MigrationFile& migration : report.planned) {
    if (context.printedAsId(migration.version ? migration.version->text() : migration.description)) continue;
    context.print(fmt::format("would be {}: {}\n", what, printable(migration.name())));
  }
  if (report.planned.empty()) context.print("Nothing to do.\n");
  return ExitCode::done;
}

/// Runs an action with a workplace and the folder, and shows scripts that were refused with their places.
template <class Action>
int atFolder(Context& context, const MigrateCommand& command, const Action& action) {
  const MigrateOptions options = completed(context, command.options);
  return atDesk(context, options, [&](const versioned::Workplace& place, MigrateView& view) {
    try {
      return action(place, versioned::readFolder(options.folder), view);
    } catch (const versioned::ScriptsRefused& refused) {
      view.close();
      if (context.options().json) {
        Json document = errorDocument(refused);
        document["error"]["faults"] = toJson(refused.faults());
        context.shell().err << document.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
      } else {
        context.shell().err << faultsText(refused.faults(), paintFor(context.shell(), context.shell().errIsTerminal));
      }
      return ExitCode::failed;
    }
  });
}

/// What the analysis says of migrations that are to be run on the database of `session`.
std::vector<versioned::Review> reviewsOf(const versioned::Workplace& place,
                                         const std::vector<versioned::MigrationFile>& migrations,
                                         db::Session& session) {
  const analysis::LintSettings settings{.severities = {},
                                        .today = std::chrono::floor<std::chrono::days>(place.clock.now())};
  return versioned::review(place.engine, migrations, settings, &session);
}

/// Shows what the analysis says; true where that is more than a remark.
bool printReviews(Context& context, const std::vector<versioned::Review>& reviews) {
  bool isSerious = false;
  for (const versioned::Review& review : reviews) {
    isSerious = isSerious || review.count(Severity::Error) + review.count(Severity::Warning) > 0;
    const std::string findings = findingLines(review, context.paint());
    if (!findings.empty()) context.print(printable(review.migration->name()) + "\n" + findings);
  }
  return isSerious;
}

Tone toneOf(Standing standing) {
  switch (standing) {
    case Standing::Applied:
    case Standing::Orchestrated: return Tone::Good;
    case Standing::Pending:
    case Standing::OutOfOrder: return Tone::Warning;
    case Standing::Changed:
    case Standing::Missing:
    case Standing::Failed: return Tone::Bad;
    case Standing::Baseline:
    case Standing::RolledBack: return Tone::Faint;
  }
  return Tone::Plain;
}

void printStatus(Context& context, const std::vector<versioned::Item>& items) {
  if (context.options().json) {
    Json json{{"migrations", Json::array()}};
    for (const versioned::Item& item : items) json["migrations"].push_back(toJson(item));
    return printJson(context, json);
  }
  Table table({{.title = "VERSION"},
               {.title = "STATE"},
               {.title = "APPLIED AT"},
               {.title = "TOOK", .isNumber = true},
               {.title = "BY"},
               {.title = "DESCRIPTION", .mayBeCut = true}});
  for (const versioned::Item& item : items) {
    if (item.pending() && context.printedAsId(item.version())) continue;
    const bool wasRun = item.entry && item.entry->state == versioned::EntryState::Applied;
    const bool isThere = item.entry && item.entry->state != versioned::EntryState::RolledBack;
    const bool isRepeatable = item.kind() == versioned::EntryKind::Repeatable;
    table.addRow({{isRepeatable ? "repeatable" : item.version()},
                  {std::string(toText(item.standing)), toneOf(item.standing)},
                  {isThere ? toRfc3339(item.entry->appliedAt) : ""},
                  {wasRun ? toHumanText(item.entry->executionTime) : ""},
                  {isThere ? item.entry->appliedBy : ""},
                  {item.description()}});
  }
  if (table.empty()) return context.print("There are no migrations.\n");
  context.printTable(table);
}

void printAttempts(Context& context, const std::vector<versioned::Attempt>& attempts) {
  if (context.options().json) {
    Json json{{"attempts", Json::array()}};
    for (const versioned::Attempt& attempt : attempts) json["attempts"].push_back(toJson(attempt));
    return printJson(context, json);
  }
  Table table({{.title = "AT"},
               {.title = "ACTION"},
               {.title = "VERSION"},
               {.title = "STATE"},
               {.title = "TOOK", .isNumber = true},
               {.title = "BY"},
               {.title = "DESCRIPTION OR ERROR", .mayBeCut = true}});
  for (const versioned::Attempt& attempt : attempts) {
    const bool failed = attempt.entry.state == versioned::EntryState::Failed;
    table.addRow({{toRfc3339(attempt.entry.appliedAt)},
                  {std::string(toText(attempt.action))},
                  {titleOf(attempt.entry.kind, attempt.entry.version)},
                  {std::string(toText(attempt.entry.state)), failed ? Tone::Bad : Tone::Plain},
                  {toHumanText(attempt.entry.executionTime)},
                  {attempt.entry.appliedBy},
                  {attempt.error.empty() ? attempt.entry.description : attempt.error}});
  }
  if (table.empty()) return context.print("The database has no history yet.\n");
  context.printTable(table);
}

int printChanges(Context& context, const std::vector<versioned::Repaired>& changes) {
  if (context.options().json) {
    printJson(context, {{"changes", toJson(changes)}});
    return ExitCode::done;
  }
  for (const versioned::Repaired& change : changes) {
    if (context.printedAsId(change.version)) continue;
    context.print(fmt::format("{}: {}\n", printable(titleOf(change.kind, change.version)), printable(change.what)));
  }
  if (changes.empty()) context.print("Nothing to repair.\n");
  return ExitCode::done;
}

constexpr std::size_t mostSchemaBytes = std::size_t{256} * 1024 * 1024;

/// Prints a schema, or holds it against the file that the command names.
int printSchema(Context& context, const MigrateCommand& command, const std::string& schema) {
  if (command.file.empty()) {
    if (context.options().json) {
      printJson(context, {{"schema", schema}});
    } else {
      context.shell().out << schema;
    }
    return ExitCode::done;
  }
  if (readText(context.shell(), command.file, mostSchemaBytes) == schema) {
    if (context.options().json) printJson(context, {{"same", true}});
    context.print("The database has this schema.\n");
    return ExitCode::done;
  }
  throw Error(
      ErrorCode::Conflict,
      fmt::format("The database's schema is another than that of {0}; see how with: hotswap migrate dump | diff "
                  "{0} -",
                  command.file));
}

}  // namespace

int migrateUp(Context& context, const MigrateCommand& command) {
  return atFolder(context, command, [&](const auto& place, const auto& folder, MigrateView& view) {
    versioned::UpOptions options{.to = {},
                                 .dryRun = command.dryRun,
                                 .outOfOrder = command.outOfOrder,
                                 .ignoreMissing = command.ignoreMissing,
                                 .autoRollback = command.autoRollback};
    if (!command.to.empty()) options.to = versionOf(command.to, "--to");
    if (command.lint != "off") {
      options.review = [&](const std::vector<versioned::MigrationFile>& migrations, db::Session& session) {
        if (!printReviews(context, reviewsOf(place, migrations, session)) || command.lint != "error") return;
        throw Error(
            ErrorCode::ValidationError,
            "The analysis objects, and --lint=error is given; nothing was run. See `hotswap migrate validate`.");
      };
    }
    const versioned::Report report = versioned::up(place, folder, options);
    view.close();
    return command.dryRun ? printPlan(context, report, "applied") : printReport(context, report);
  });
}

int migrateDown(Context& context, const MigrateCommand& command) {
  return atFolder(context, command, [&](const auto& place, const auto& folder, MigrateView& view) {
    versioned::DownOptions options{.steps = command.steps, .to = {}, .dryRun = command.dryRun};
    if (!command.to.empty()) options.to = versionOf(command.to, "--to");
    const versioned::Report report = versioned::down(place, folder, options);
    view.close();
    return command.dryRun ? printPlan(context, report, "rolled back") : printReport(context, report);
  });
}

int migrateRedo(Context& context, const MigrateCommand& command) {
  return atFolder(context, command, [&](const auto& place, const auto& folder, MigrateView& view) {
    const versioned::Report report = versioned::redo(place, folder);
    view.close();
    return printReport(context, report);
  });
}

int migrateStatus(Context& context, const MigrateCommand& command) {
  return atFolder(context, command, [&](const auto& place, const auto& folder, MigrateView& /*view*/) {
    versioned::HistorySession history(place);
    const auto items = versioned::compare(folder, history.entries());
    printStatus(context, items);
    int code = ExitCode::done;
    for (const versioned::Item& item : items) {
      if (item.disagrees() || item.standing == Standing::OutOfOrder) return ExitCode::mismatch;
      if (item.pending()) code = ExitCode::pendingOrRolledBack;
    }
    return code;
  });
}

int migrateValidate(Context& context, const MigrateCommand& command) {
  return atFolder(context, command, [&](const auto& place, const auto& folder, MigrateView& /*view*/) {
    versioned::HistorySession history(place);
    const auto items = versioned::compare(folder, history.entries());
    std::vector<versioned::MigrationFile> pending;
    std::vector<versioned::ScriptFault> faults;
    bool disagree = false;
    for (const versioned::Item& item : items) {
      disagree = disagree || item.disagrees();
      if (!item.pending() || !item.file) continue;
      pending.push_back(*item.file);
      (void)versioned::prepare(place.engine, *item.file, versioned::Direction::Up, faults);
      if (item.file->back) (void)versioned::prepare(place.engine, *item.file, versioned::Direction::Down, faults);
    }
    const auto reviews = reviewsOf(place, pending, history.session());
    if (context.options().json) {
      Json json{{"migrations", Json::array()}, {"faults", toJson(faults)}, {"reviews", toJson(reviews)}};
      for (const versioned::Item& item : items) json["migrations"].push_back(toJson(item));
      printJson(context, json);
    } else {
      for (const versioned::Item& item : items) {
        if (!item.disagrees()) continue;
        context.print(fmt::format("{} is {}\n", printable(item.title()), toText(item.standing)));
      }
      if (faults.empty()) {
        printReviews(context, reviews);
      } else {
        context.shell().err << faultsText(faults, paintFor(context.shell(), context.shell().errIsTerminal));
      }
      if (!disagree && faults.empty()) {
        context.print(fmt::format("{} pending migration(s) can be run.\n", pending.size()));
      }
    }
    if (disagree) return ExitCode::mismatch;
    return faults.empty() ? ExitCode::done : ExitCode::failed;
  });
}

int migrateHistory(Context& context, const MigrateCommand& command) {
  return atDesk(context, completed(context, command.options), [&](const auto& place, MigrateView& /*view*/) {
    versioned::HistorySession session(place);
    printAttempts(context, session.attempts());
    return ExitCode::done;
  });
}

int migrateRepair(Context& context, const MigrateCommand& command) {
  return atFolder(context, command, [&](const auto& place, const auto& folder, MigrateView& /*view*/) {
    std::optional<versioned::Assumption> assumption;
    if (command.assume == "done") assumption = versioned::Assumption::Done;
    if (command.assume == "not-done") assumption = versioned::Assumption::NotDone;
    return printChanges(context, versioned::repair(place, folder, assumption));
  });
}

int migrateBaseline(Context& context, const MigrateCommand& command) {
  const Version version = versionOf(command.version, "VERSION");
  return atFolder(context, command, [&](const auto& place, const auto& folder, MigrateView& /*view*/) {
    return printChanges(context, {versioned::baseline(place, folder, version)});
  });
}

int migrateNew(Context& context, const MigrateCommand& command) {
  const MigrateOptions options = completed(context, command.options);
  const auto files =
      versioned::makeMigration(options.folder, command.name, command.timestamp, context.shell().clock.now());
  if (context.options().json) {
    Json json{{"files", Json::array()}};
    for (const auto& file : files) json["files"].push_back(file.string());
    printJson(context, json);
    return ExitCode::done;
  }
  for (const auto& file : files) context.shell().out << printable(file.string()) << '\n';
  return ExitCode::done;
}

int migrateDump(Context& context, const MigrateCommand& command) {
  return atDesk(context, completed(context, command.options), [&](const auto& place, MigrateView& /*view*/) {
    const auto session = place.engine.connectUnlessStopped(place.connection, place.applicationName,
                                                           place.settings.connectTimeout, place.stop);
    std::string schema;
    versioned::workPatiently(place, *session, false, [&] { schema = place.engine.catalog().dump(*session); });
    return printSchema(context, command, schema);
  });
}

}  // namespace hotswap::cli
