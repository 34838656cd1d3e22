#include "cli/lint/lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <ostream>

#include "analysis/rule_info.h"
#include "cli/findings.h"
#include "cli/lint/formats.h"
#include "cli/migrate/options.h"
#include "cli/service_error.h"
#include "cli/suggestion.h"
#include "versioned/sql_file.h"

namespace hotswap::cli {

namespace {

namespace fs = std::filesystem;
using versioned::Review;

std::optional<Severity> severityOf(const std::string& word) {
  if (word == "off") return std::nullopt;
  if (const auto severity = fromText<Severity>(word)) return severity;
  throw WrongUse(fmt::format("--rule takes error, warning, info or off, not `{}`", word));
}

analysis::LintSettings settingsOf(const Context& context, const LintCommand& command) {
  analysis::LintSettings settings{.severities = {},
                                  .today = std::chrono::floor<std::chrono::days>(context.shell().clock.now())};
  for (const std::string& setting : command.rules) {
    const std::size_t equals = setting.find('=');
    const std::string rule = setting.substr(0, equals);
    if (equals == std::string::npos) throw WrongUse("--rule takes RULE=SEVERITY, such as drop-column=error");
    switch (analysis::silencingOf(rule)) {
      case analysis::Silencing::Allowed: break;
      case analysis::Silencing::Refused: throw WrongUse(fmt::format("`{}` is always an error", rule));
      case analysis::Silencing::UnknownRule: {
        std::vector<std::string> names;
        for (const analysis::RuleInfo& one : analysis::allRules()) names.emplace_back(one.id);
        const auto meant = nearest(rule, names);
        throw WrongUse(
            fmt::format("there is no rule `{}`{}", rule, meant ? fmt::format("; did you mean `{}`?", *meant) : ""));
      }
    }
    settings.severities[rule] = severityOf(setting.substr(equals + 1));
  }
  return settings;
}

/// Reads what paths lead to, and judges it.
class Paths {
 public:
  Paths(const Context& context, const db::Engine& engine, analysis::LintSettings settings)
      : context_(context), engine_(engine), settings_(std::move(settings)) {}

  /// Judges what a path leads to, or says why it can't be read.
  void take(const std::string& path) {
    try {
      read(path);
    } catch (const Error& error) {
      allRead = false;
      const Shell& shell = context_.shell();
      shell.err << errorText(error, {}, paintFor(shell, shell.errIsTerminal));
    }
  }

  std::vector<Review> reviews;
  bool allRead = true;

 private:
  void read(const std::string& path) {
    if (path == "-") {
      const std::string text(std::istreambuf_iterator<char>(context_.shell().in), {});
      reviews.push_back(versioned::reviewScript(engine_, "<stdin>", text, settings_));
      return;
    }
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
      const versioned::MigrationFolder folder = versioned::readFolder(path);
      if (folder.migrations.empty())
        throw Error(ErrorCode::NotFound, fmt::format("There are no migrations in {}.", path));
      for (Review& review : versioned::review(engine_, folder.migrations, settings_)) {
        reviews.push_back(std::move(review));
      }
      return;
    }
    if (!fs::exists(path, ignored)) throw Error(ErrorCode::NotFound, fmt::format("There is no {}.", path));
    try {
      reviews.push_back(versioned::reviewScript(engine_, path, versioned::readSqlFile(path), settings_));
    } catch (const versioned::SqlFileError& error) {
      throw Error(
          ErrorCode::ValidationError,
          fmt::format("{}{}: {}.", path, error.line() > 0 ? fmt::format(":{}", error.line()) : "", error.what()));
    }
  }

  const Context& context_;
  const db::Engine& engine_;
  analysis::LintSettings settings_;
};

std::string counted(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string summaryOf(const std::vector<Review>& reviews) {
  std::size_t files = 0;
  std::size_t allowed = 0;
  std::array<std::size_t, 3> counts{};
  for (const Review& review : reviews) {
    files += review.files.size();
    for (const Severity severity : {Severity::Error, Severity::Warning, Severity::Info}) {
      counts.at(static_cast<std::size_t>(severity)) += review.count(severity);
    }
    for (const versioned::ReviewedFile& file : review.files) {
      allowed += static_cast<std::size_t>(
          std::ranges::count_if(file.findings, [](const Finding& finding) { return finding.allowed.has_value(); }));
    }
  }
  std::string text = counted(files, "file") + ": ";
  if (counts[0] + counts[1] + counts[2] == 0) {
    text += "nothing found";
  } else {
    text += fmt::format("{}, {}, {}", counted(counts[0], "error"), counted(counts[1], "warning"),
                        counted(counts[2], "remark"));
  }
  if (allowed > 0) text += fmt::format("; {} allowed by comments", allowed);
  return text + ".\n";
}

void print(Context& context, const std::string& format, const std::vector<Review>& reviews) {
  std::ostream& out = context.shell().out;
  if (format == "json" || context.options().json) {
    out << lintDocument(reviews).dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  } else if (format == "sarif") {
    out << sarifDocument(reviews, context.program().version).dump(2, ' ', false, Json::error_handler_t::replace)
        << '\n';
  } else if (format == "github") {
    out << githubAnnotations(reviews);
  } else {
    for (const Review& review : reviews) context.print(findingLines(review, context.paint()));
    context.print(summaryOf(reviews));
  }
}

/// The one script as it is, or with safer statements; why it can't be read has been said already where it is missing.
int printSafer(Context& context, const std::vector<Review>& reviews) {
  if (reviews.empty()) return ExitCode::failed;
  if (reviews.size() > 1 || reviews.front().files.empty()) throw WrongUse("--safer takes one script");
  const versioned::ReviewedFile& file = reviews.front().files.front();
  context.shell().out << file.safer.value_or(file.text);
  const bool isBroken = std::ranges::any_of(file.findings, [](const Finding& one) { return one.rule == "syntax"; });
  return isBroken ? ExitCode::failed : ExitCode::done;
}

int printRules(Context& context) {
  if (context.options().json) {
    Json rules = Json::array();
    for (const analysis::RuleInfo& rule : analysis::allRules()) {
      rules.push_back({{"rule", std::string(rule.id)},
                       {"severity", toText(rule.severity)},
                       {"title", std::string(rule.title)},
                       {"canBeAllowed", !rule.isFact}});
    }
    context.shell().out << Json{{"rules", rules}}.dump(2) << '\n';
    return ExitCode::done;
  }
  Table table({{.title = "Rule"}, {.title = "Severity"}, {.title = "Finds that", .mayBeCut = true}});
  for (const analysis::RuleInfo& rule : analysis::allRules()) {
    table.addRow({{.text = std::string(rule.id)},
                  {.text = std::string(toText(rule.severity))},
                  {.text = std::string(rule.title)}});
  }
  context.printTable(table);
  return ExitCode::done;
}

}  // namespace

int lint(Context& context, const LintCommand& command) {
  if (command.listRules) return printRules(context);
  const db::Engine& engine = context.program().engines->of(*fromText<DatabaseType>(command.engine));
  Paths paths(context, engine, settingsOf(context, command));
  if (command.paths.empty()) paths.take(completed(context, {}).folder);
  for (const std::string& path : command.paths) paths.take(path);
  if (command.safer) return printSafer(context, paths.reviews);
  if (paths.reviews.empty() && command.format == "text" && context.forPeople()) return ExitCode::failed;
  print(context, command.format, paths.reviews);
  if (!paths.allRead) return ExitCode::failed;
  for (const Severity severity : {Severity::Error, Severity::Warning, Severity::Info}) {
    const bool found = std::ranges::any_of(paths.reviews, [&](const Review& one) { return one.count(severity) > 0; });
    if (found && command.failOn != "never") return ExitCode::failed;
    if (toText(severity) == command.failOn) break;
  }
  return ExitCode::done;
}

}  // namespace hotswap::cli
