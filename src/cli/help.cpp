#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/terminal.h"

namespace hotswap::cli {

namespace {

constexpr std::size_t narrowest = 40;
constexpr std::size_t widest = 100;
constexpr std::size_t mostIndent = 34;

using Rows = std::vector<std::pair<std::string, std::string>>;

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string headOf(const OptionDescription& option) {
  const std::string names = joined(option.names, ", ");
  if (option.isArgument || option.value.empty()) return names;
  return names + " " + option.value;
}

std::string remarksOf(const OptionDescription& option) {
  std::string text = option.description;
  if (option.required && !option.isArgument) text += " (required)";
  if (option.repeatable && !option.isArgument) text += " (may be repeated)";
  if (option.isArgument && !option.choices.empty()) text += fmt::format(" ({})", joined(option.choices, ", "));
  return text;
}

/// The words of `text` in lines of at most `width` columns; all but the first are indented.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string lines;
  std::size_t used = 0;
  const std::size_t room = std::max(width > indent ? width - indent : 0, std::size_t{20});
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t wordWidth = displayWidth(word);
    if (used > 0 && used + 1 + wordWidth > room) {
      lines += "\n" + std::string(indent, ' ');
      used = 0;
    } else if (used > 0) {
      lines += ' ';
      ++used;
    }
    lines += word;
    used += wordWidth;
  }
  return lines;
}

void addSection(std::string& text, std::string_view title, const Rows& rows, std::size_t width) {
  if (rows.empty()) return;
  std::size_t indent = 0;
  for (const auto& [head, remarks] : rows) indent = std::max(indent, displayWidth(head) + 4);
  indent = std::min(indent, mostIndent);
  text += fmt::format("\n{}:\n", title);
  for (const auto& [head, remarks] : rows) {
    std::string line = "  " + head;
    if (displayWidth(line) + 2 > indent) line += "\n" + std::string(indent, ' ');
    text += padded(line, indent) + wrapped(remarks, indent, width) + "\n";
  }
}

std::string indentedLines(const std::string& lines) {
  std::string text = "  ";
  for (const char c : lines) {
    text += c;
    if (c == '\n') text += "  ";
  }
  return text;
}

std::string tableCell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

void addOptionsTable(std::string& page, const std::vector<OptionDescription>& options) {
  if (options.empty()) return;
  page += "\n| option | meaning |\n|---|---|\n";
  for (const OptionDescription& option : options) {
    page += fmt::format("| `{}` | {} |\n", tableCell(headOf(option)), tableCell(remarksOf(option)));
  }
}

void addCommandPage(std::string& page, const CommandDescription& command) {
  if (!command.commands.empty()) {
    page += fmt::format("\n## {}\n\n{}.\n", command.path, command.description);
    for (const CommandDescription& child : command.commands) addCommandPage(page, child);
    return;
  }
  page += fmt::format("\n### {}\n\n{}.\n\n```\n{}\n```\n", command.path, command.description, command.usage());
  addOptionsTable(page, command.options);
  if (!command.example.empty()) page += fmt::format("\nExample:\n\n```sh\n{}\n```\n", command.example);
}

}  // namespace

std::string helpText(const CommandDescription& command, std::size_t width) {
  const std::size_t columns = std::clamp(width, narrowest, widest);
  Rows commands;
  Rows arguments;
  Rows options;
  for (const CommandDescription& child : command.commands) {
    commands.emplace_back(child.name, child.summary());
  }
  for (const OptionDescription& option : command.options) {
    (option.isArgument ? arguments : options).emplace_back(headOf(option), remarksOf(option));
  }
  std::string text = wrapped(command.description + ".", 0, columns) + "\n\nUsage: " + command.usage() + "\n";
  addSection(text, "Commands", commands, columns);
  addSection(text, "Arguments", arguments, columns);
  addSection(text, "Options", options, columns);
  if (!command.example.empty()) text += "\nExample:\n" + indentedLines(command.example) + "\n";
  const bool isRoot = command.path == command.name;
  text += isRoot ? "\nSee `hotswap COMMAND --help` for one command.\n"
                 : "\nOptions of every command (--url, --json, --quiet, ...): see `hotswap --help`.\n";
  return text;
}

std::string referenceMarkdown(const CommandDescription& root) {
  std::string page = fmt::format(
      "# Which commands are there?\n\n"
      "{}.\n\n"
      "This page is made by `hotswap help --markdown`; a test holds it against the program.\n\n"
      "Exit codes: 0 done, 1 failed, 2 wrong use, 3 pending or rolled back, 4 mismatch, 130 interrupted.\n\n"
      "Environment: `HOTSWAP_URL` (the service), `HOTSWAP_TOKEN` (instead of a login), `HOTSWAP_PASSWORD` (for\n"
      "`hotswap login`), `HOTSWAP_CONNECTION` (for `hotswap database add`), `NO_COLOR`, "
      "`XDG_CONFIG_HOME`.\n\n"
      "## Options of every command\n",
      root.description);
  addOptionsTable(page, root.options);
  page += "\n## Commands without a group\n";
  for (const CommandDescription& command : root.commands) {
    if (command.commands.empty()) addCommandPage(page, command);
  }
  for (const CommandDescription& command : root.commands) {
    if (!command.commands.empty()) addCommandPage(page, command);
  }
  return page;
}

}  // namespace hotswap::cli
