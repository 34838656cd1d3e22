#include "cli/command_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "cli/suggestion.h"

namespace hotswap::cli {

CommandTree::CommandTree(GlobalOptions& options)
    : root_("Changes the schema of running databases: checked, watched, and undone by itself when they suffer",
            "hotswap") {
  root_.require_subcommand(1);
  root_.fallthrough();
  root_.set_help_flag("-h,--help", "Show what a command takes, with an example");
  addOption(root_, "--url", options.url, "URL", "The service to talk to (HOTSWAP_URL; else the one logged in to last)");
  root_.add_flag("--json", options.json, "Print exactly the service's JSON, errors to standard error");
  root_.add_flag("-q,--quiet", options.quiet, "Print ids only, and no remarks");
  addOption(root_, "--ca-file", options.caFile, "FILE", "Trust the certificates in this file instead of the system's");
  root_.add_flag("--insecure", options.insecure, "Don't check the service's certificate");
  limitTo(
      addOption(root_, "--request-timeout", options.requestTimeoutSeconds, "SECONDS", "Longest wait for one answer"),
      0.001, 86'400);
  root_.footer(
      "hotswap login http://127.0.0.1:5000 --username admin\n"
      "hotswap execute add_orders_note --watch");
}

CLI::App& CommandTree::addGroup(const Text& text) {
  CLI::App* group = root_.add_subcommand(text.name, text.description);
  group->footer(text.example);
  group->require_subcommand(1);
  return *group;
}

CLI::App& CommandTree::addCommand(CLI::App& parent, const Text& text, Action action) {
  CLI::App* command = parent.add_subcommand(text.name, text.description);
  command->footer(text.example);
  command->callback([this, action = std::move(action)] { chosen_ = action; });
  return *command;
}

const CLI::App& CommandTree::deepest() const {
  const CLI::App* command = &root_;
  while (true) {
    const auto parsed = command->get_subcommands();
    if (parsed.empty()) return *command;
    command = parsed.front();
  }
}

void refuseEmpty(CLI::Option* option) {
  option->check(CLI::Validator(
      [](const std::string& text) { return std::string(text.empty() ? "takes no empty text" : ""); }, std::string()));
}

void limitTo(CLI::Option* option, double least, double most) {
  option->check(CLI::Validator(
      [least, most](const std::string& text) {
        double value = 0;
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool isNumber = failure == std::errc{} && end == text.data() + text.size();
        return isNumber && value >= least && value <= most
                   ? std::string()
                   : fmt::format("takes a number from {} to {}, not `{}`", least, most, text);
      },
      std::string()));
}

CLI::Option* limitTo(CLI::Option* option, std::vector<std::string> choices) {
  std::string listed;
  for (const std::string& choice : choices) listed += (listed.empty() ? "" : "|") + choice;
  const CLI::Validator oneOf(
      [choices = std::move(choices)](std::string& value) -> std::string {
        const auto found = std::find_if(choices.begin(), choices.end(),
                                        [&](const std::string& choice) { return toLower(choice) == toLower(value); });
        if (found != choices.end()) {
          value = *found;
          return {};
        }
        const auto meant = nearest(value, choices);
        const std::string hint = meant ? fmt::format("; did you mean {}?", *meant) : std::string();
        return fmt::format("takes {}, not `{}`{}", fmt::join(choices, ", "), value, hint);
      },
      std::string());
  // The list of values stands where other options name what they take.
  return option->type_name(listed)->transform(oneOf);
}

}  // namespace hotswap::cli
