#include "cli/command_description.h"

namespace hotswap::cli {

namespace {

std::vector<std::string> splitChoices(const std::string& value) {
  std::vector<std::string> choices;
  if (value.find('|') == std::string::npos) return choices;
  std::size_t start = 0;
  while (start <= value.size()) {
    const auto end = std::min(value.find('|', start), value.size());
    choices.push_back(value.substr(start, end - start));
    start = end + 1;
  }
  return choices;
}

OptionDescription describe(const CLI::Option& option) {
  OptionDescription described;
  for (const std::string& name : option.get_snames()) described.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) described.names.push_back("--" + name);
  described.isArgument = described.names.empty();
  if (described.isArgument) described.names.push_back(option.get_name(true));
  const bool isFlag = option.get_items_expected_max() == 0;
  described.value = isFlag ? std::string() : option.get_type_name();
  described.description = option.get_description();
  described.choices = splitChoices(described.value);
  described.required = option.get_required();
  described.repeatable = option.get_items_expected_max() > 1;
  return described;
}

std::string pathOf(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent == nullptr ? command.get_name() : pathOf(*parent) + " " + command.get_name();
}

}  // namespace

std::string CommandDescription::usage() const {
  std::string text = path;
  bool hasOptions = false;
  for (const OptionDescription& option : options) hasOptions = hasOptions || !option.isArgument;
  if (!commands.empty()) return text + " COMMAND";
  if (hasOptions) text += " [OPTIONS]";
  for (const OptionDescription& option : options) {
    if (!option.isArgument) continue;
    const std::string shown = option.names.front() + (option.repeatable ? "..." : "");
    text += option.required ? " " + shown : " [" + shown + "]";
  }
  return text;
}

CommandDescription describe(const CLI::App& command) {
  CommandDescription described;
  described.path = pathOf(command);
  described.name = command.get_name();
  described.description = command.get_description();
  described.example = command.get_footer();
  for (const CLI::Option* option : command.get_options()) {
    const bool isHelp = option == command.get_help_ptr();
    // Every command takes --help; it is listed once, among the global options.
    if (option->get_group().empty() || (isHelp && command.get_parent() != nullptr)) continue;
    described.options.push_back(describe(*option));
  }
  for (const CLI::App* child : command.get_subcommands([](const CLI::App*) { return true; })) {
    described.commands.push_back(describe(*child));
  }
  return described;
}

}  // namespace hotswap::cli
