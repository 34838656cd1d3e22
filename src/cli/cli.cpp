#include "cli/cli.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/command_description.h"
#include "cli/commands/commands.h"
#include "cli/help.h"
#include "cli/service_error.h"
#include "cli/suggestion.h"
#include "execution/run_errors.h"
#include "versioned/report.h"

namespace hotswap::cli {

namespace {

/// Reports a failure in the form that was asked for.
class Reporter {
 public:
  Reporter(const Shell& shell, bool json) : shell_(shell), json_(json) {}

  void report(const Error& error, const KnownScripts& scripts) const {
    if (json_) {
      // Texts from outside may hold bytes that are no UTF-8.
      shell_.err << errorDocument(error).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    } else {
      shell_.err << errorText(error, scripts, paintFor(shell_, shell_.errIsTerminal));
    }
  }

  void reportWrongUse(const std::string& message, const CLI::App& command) const {
    report(WrongUse(message), {});
    if (json_) return;
    const CommandDescription described = describe(command);
    shell_.err << fmt::format("Usage: {}\nTry `{} --help`.\n", described.usage(), described.path);
  }

 private:
  const Shell& shell_;
  bool json_;
};

std::vector<std::string> namesBelow(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* child : command.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(child->get_name());
  }
  return names;
}

std::vector<std::string> optionNames(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* level = &command; level != nullptr; level = level->get_parent()) {
    for (const CLI::Option* option : level->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

/// The sentence for a word that no command takes. Only the name of an option is repeated, never what stands behind `=`.
std::string unexpectedWord(const std::string& word, const CLI::App& command) {
  const std::string shown = word.starts_with('-') ? word.substr(0, word.find('=')) : word;
  if (shown.starts_with("--password") || shown == "-p") {
    return "passwords are not taken as arguments, where others could see them; use --password-stdin or the prompt";
  }
  const bool isOption = word.starts_with('-');
  const auto candidates = isOption ? optionNames(command) : namesBelow(command);
  const auto meant = nearest(shown, candidates);
  const std::string hint = meant ? fmt::format("; did you mean `{}`?", *meant) : std::string();
  if (isOption) return fmt::format("there is no option `{}`{}", shown, hint);
  if (!candidates.empty()) return fmt::format("there is no command `{}`{}", shown, hint);
  return fmt::format("`{}` is one word too many", shown);
}

std::string sentenceOf(const CLI::ParseError& error, const CommandTree& tree) {
  const auto left = tree.root().remaining(true);
  if (!left.empty()) return unexpectedWord(left.front(), tree.deepest());
  const auto choices = namesBelow(tree.deepest());
  if (!choices.empty()) return fmt::format("say what to do: {}", fmt::join(choices, ", "));
  std::string text = error.what();
  // The parser writes `--strategy: takes Direct, …`; a sentence has no colon there.
  if (const auto colon = text.find(": takes "); colon != std::string::npos) text.erase(colon, 1);
  return text;
}

bool asksForJson(std::span<const std::string> arguments) {
  return std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
}

int runAction(CommandTree& tree, Context& context, const Reporter& reporter) {
  try {
    return tree.chosen()(context);
  } catch (const WrongUse& error) {
    reporter.reportWrongUse(error.what(), tree.deepest());
    return ExitCode::wrongUse;
  } catch (const Interrupted& error) {
    reporter.report(error, {});
    return ExitCode::interrupted;
  } catch (const ServiceError& error) {
    reporter.report(error, context.scripts);
    if (error.status() == 401 && !context.shell().variable("HOTSWAP_TOKEN")) {
      context.remark(fmt::format("Log in again with `hotswap login {}`.", context.url()));
    }
    return ExitCode::failed;
  } catch (const versioned::HistoryMismatch& error) {
    reporter.report(error, {});
    return ExitCode::mismatch;
  } catch (const execution::Stopped& error) {
    reporter.report(error, {});
    return ExitCode::interrupted;
  } catch (const Error& error) {
    reporter.report(error, context.scripts);
    return ExitCode::failed;
  }
}

/// The exit code of a command whose output has to have arrived.
int written(const Shell& shell, int code) {
  shell.out.flush();
  if (shell.out) return code;
  if (shell.outIsClosed && shell.outIsClosed()) return ExitCode::closedPipe;
  if (code != ExitCode::done) return code;
  throw Error(ErrorCode::InternalError, "the result could not be written to standard output");
}

/// The words as CLI11 takes them, from the back. `--version` before any command is the command.
std::vector<std::string> wordsOf(std::span<const std::string> arguments) {
  std::vector<std::string> words(arguments.begin(), arguments.end());
  const auto first = std::find_if(words.begin(), words.end(), [](const std::string& word) {
    return word == "--version" || !word.starts_with('-');
  });
  if (first != words.end() && *first == "--version") *first = "version";
  std::reverse(words.begin(), words.end());
  return words;
}

int parseAndRun(std::span<const std::string> arguments, const Shell& shell, const Program& program,
                const Reporter& reporter) {
  GlobalOptions options;
  CommandTree tree(options);
  addAllCommands(tree);
  if (arguments.empty()) {
    shell.err << helpText(describe(tree.root()), static_cast<std::size_t>(shell.width()));
    return ExitCode::wrongUse;
  }
  try {
    tree.root().parse(wordsOf(arguments));
  } catch (const CLI::CallForHelp&) {
    shell.out << helpText(describe(tree.deepest()), static_cast<std::size_t>(shell.width()));
    return written(shell, ExitCode::done);
  } catch (const CLI::ParseError& error) {
    reporter.reportWrongUse(sentenceOf(error, tree), tree.deepest());
    return ExitCode::wrongUse;
  }
  Context context(shell, options, program);
  return written(shell, runAction(tree, context, reporter));
}

}  // namespace

int run(std::span<const std::string> arguments, const Shell& shell, const Program& program) {
  const Reporter reporter(shell, asksForJson(arguments));
  try {
    return parseAndRun(arguments, shell, program, reporter);
  } catch (const Error& error) {
    reporter.report(error, {});
  } catch (const std::exception& error) {
    reporter.report(Error(ErrorCode::InternalError, error.what()), {});
  }
  return ExitCode::failed;
}

}  // namespace hotswap::cli
