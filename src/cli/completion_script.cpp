#include "cli/completion_script.h"

#include <fmt/format.h>

#include <set>

namespace hotswap::cli {

namespace {

/// Text for the inside of single quotes in a POSIX shell.
std::string shellQuoted(const std::string& text) {
  std::string safe = "'";
  for (const char c : text) safe += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return safe + "'";
}

std::string quotedForFish(const std::string& text) {
  std::string safe = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe + "'";
}

/// Text for a zsh specification, where brackets and colons part fields.
std::string zshField(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe;
}

std::string wordsOf(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

/// `help` takes the words of any other command.
bool isHelp(const CommandDescription& command, const CommandDescription& root) {
  return command.path == root.path + " help";
}

template <class Visit>
void visitAll(const CommandDescription& command, const Visit& visit) {
  visit(command);
  for (const CommandDescription& child : command.commands) visitAll(child, visit);
}

std::vector<std::string> namesBelow(const CommandDescription& command) {
  std::vector<std::string> names;
  for (const CommandDescription& child : command.commands) names.push_back(child.name);
  return names;
}

std::vector<std::string> optionNames(const CommandDescription& command) {
  std::vector<std::string> names;
  for (const OptionDescription& option : command.options) {
    if (!option.isArgument) names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

const OptionDescription* firstArgument(const CommandDescription& command) {
  for (const OptionDescription& option : command.options) {
    if (option.isArgument) return &option;
  }
  return nullptr;
}

/// The case branches that complete the value after an option, for the options of one command.
std::string bashValueBranches(const CommandDescription& command, const std::string& indent) {
  std::string branches;
  for (const OptionDescription& option : command.options) {
    if (option.isArgument || option.value.empty()) continue;
    const std::string reply = !option.choices.empty() ? fmt::format("COMPREPLY=($(compgen -W {} -- \"$word\"))",
                                                                    shellQuoted(wordsOf(option.choices)))
                              : option.takesFile()    ? std::string("COMPREPLY=($(compgen -f -- \"$word\"))")
                              : option.takesFolder()  ? std::string("COMPREPLY=($(compgen -d -- \"$word\"))")
                                                      : std::string("COMPREPLY=()");
    branches += fmt::format("{}{}) {}; return ;;\n", indent, fmt::join(option.names, "|"), reply);
  }
  return branches;
}

std::string valueOptionPattern(const CommandDescription& root) {
  std::set<std::string> names;
  visitAll(root, [&](const CommandDescription& command) {
    for (const OptionDescription& option : command.options) {
      if (!option.isArgument && !option.value.empty()) names.insert(option.names.begin(), option.names.end());
    }
  });
  return fmt::format("{}", fmt::join(names, "|"));
}

}  // namespace

std::string bashCompletion(const CommandDescription& root) {
  std::string paths;
  std::string values;
  std::string words;
  const std::string globals = wordsOf(optionNames(root));
  visitAll(root, [&](const CommandDescription& command) {
    for (const CommandDescription& child : command.commands) paths += fmt::format("{}|", shellQuoted(child.path));
    const std::string branches = bashValueBranches(command, "        ");
    const bool isRoot = command.path == root.path;
    if (!isRoot && !branches.empty()) {
      values += fmt::format("    {}) case \"$previous\" in\n{}      esac ;;\n", shellQuoted(command.path), branches);
    }
    std::vector<std::string> own = namesBelow(command);
    if (const OptionDescription* argument = firstArgument(command)) {
      own.insert(own.end(), argument->choices.begin(), argument->choices.end());
    }
    std::vector<std::string> options = isRoot ? std::vector<std::string>{} : optionNames(command);
    words += fmt::format("    {}) words={} options={} ;;\n", shellQuoted(command.path), shellQuoted(wordsOf(own)),
                         shellQuoted(wordsOf(options)));
  });
  if (!paths.empty()) paths.pop_back();
  return fmt::format(
      "# bash completion for hotswap; use it with: source <(hotswap completion bash)\n"
      "_hotswap() {{\n"
      "  local word=\"${{COMP_WORDS[COMP_CWORD]}}\" previous=\"${{COMP_WORDS[COMP_CWORD-1]}}\"\n"
      "  local path={} words='' options='' index=1\n"
      "  COMPREPLY=()\n"
      "  while ((index < COMP_CWORD)); do\n"
      "    case \"${{COMP_WORDS[index]}}\" in\n"
      "      {}) ((index += 2)); continue ;;\n"
      "    esac\n"
      "    case \"$path ${{COMP_WORDS[index]}}\" in\n"
      "      '{} help') ;;\n"  // what follows are the words of another command
      "      {}) path=\"$path ${{COMP_WORDS[index]}}\" ;;\n"
      "    esac\n"
      "    ((index += 1))\n"
      "  done\n"
      "  case \"$path\" in\n{}  esac\n"
      "  case \"$previous\" in\n{}  esac\n"
      "  case \"$path\" in\n{}  esac\n"
      "  if [[ $word == -* ]]; then words=\"$options \"{}; fi\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
      "}}\n"
      "complete -o default -F _hotswap hotswap\n",
      root.name, valueOptionPattern(root), root.name, paths, values, bashValueBranches(root, "    "), words,
      shellQuoted(globals));
}

namespace {

std::string zshAction(const OptionDescription& option) {
  if (!option.choices.empty()) return fmt::format("({})", wordsOf(option.choices));
  if (option.takesFile()) return "_files";
  if (option.takesFolder()) return "_files -/";
  return " ";
}

std::string zshSpecifications(const CommandDescription& command) {
  std::string lines;
  for (const OptionDescription& option : command.options) {
    if (option.isArgument) {
      lines += fmt::format("    {} \\\n", shellQuoted(fmt::format("{}:{}:{}", option.repeatable ? "*" : "",
                                                                  zshField(option.names.front()), zshAction(option))));
      continue;
    }
    for (const std::string& name : option.names) {
      std::string text = fmt::format("{}{}[{}]", option.repeatable ? "*" : "", name, zshField(option.description));
      if (!option.value.empty()) text += fmt::format(":{}:{}", zshField(option.value), zshAction(option));
      lines += fmt::format("    {} \\\n", shellQuoted(text));
    }
  }
  return lines;
}

std::string functionName(const CommandDescription& command) {
  std::string name = "_";
  for (const char c : command.path) name += c == ' ' ? '_' : c;
  return name;
}

}  // namespace

std::string zshCompletion(const CommandDescription& root) {
  std::string functions;
  const std::string globals = zshSpecifications(root);
  visitAll(root, [&](const CommandDescription& command) {
    const bool isRoot = command.path == root.path;
    const std::string own = isRoot ? std::string() : zshSpecifications(command);
    if (isHelp(command, root)) {
      functions += fmt::format("\n{}() {{\n  {}\n}}\n", functionName(command), functionName(root));
      return;
    }
    if (command.commands.empty()) {
      functions +=
          fmt::format("\n{}() {{\n  _arguments -s -S \\\n{}{}    && return\n}}\n", functionName(command), own, globals);
      return;
    }
    std::string described;
    std::string branches;
    for (const CommandDescription& child : command.commands) {
      described += fmt::format("    {}\n", shellQuoted(zshField(child.name) + ":" + child.summary()));
      branches += fmt::format("        {}) {} ;;\n", child.name, functionName(child));
    }
    functions += fmt::format(
        "\n{0}() {{\n  local context state line\n  local -a choices\n  choices=(\n{1}  )\n"
        "  _arguments -C \\\n{2}    '1:command:->command' \\\n    '*::argument:->argument'\n"
        "  case \"$state\" in\n    command) _describe command choices ;;\n"
        "    argument)\n      case \"$line[1]\" in\n{3}      esac ;;\n  esac\n}}\n",
        functionName(command), described, globals, branches);
  });
  return fmt::format(
      "#compdef hotswap\n# zsh completion for hotswap; use it with: source <(hotswap completion zsh), or put it into "
      "a\n"
      "# folder of fpath as _hotswap\n{}\n"
      "if [ \"$funcstack[1]\" = _hotswap ]; then\n"
      "  _hotswap \"$@\"\n"
      "else\n"
      "  (( $+functions[compdef] )) || {{ autoload -Uz compinit && compinit -i }}\n"
      "  compdef _hotswap hotswap\n"
      "fi\n",
      functions);
}

std::string fishCompletion(const CommandDescription& root) {
  std::string lines =
      "# fish completion for hotswap; use it with: hotswap completion fish | source\n"
      "complete -c hotswap -f\n";
  visitAll(root, [&](const CommandDescription& command) {
    // The words of the path after the program's name: all must have been typed, none of the words below.
    std::string condition;
    std::string rest = command.path.substr(root.path.size());
    while (!rest.empty()) {
      const auto end = std::min(rest.find(' ', 1), rest.size());
      condition +=
          fmt::format("{}__fish_seen_subcommand_from {}", condition.empty() ? "" : "; and ", rest.substr(1, end - 1));
      rest.erase(0, end);
    }
    const std::string below = wordsOf(namesBelow(command));
    if (isHelp(command, root)) {
      lines += fmt::format("complete -c hotswap -n {} -a {}\n", quotedForFish(condition),
                           quotedForFish(wordsOf(namesBelow(root))));
    }
    for (const CommandDescription& child : command.commands) {
      const std::string open = condition.empty()
                                   ? std::string("__fish_use_subcommand")
                                   : fmt::format("{}; and not __fish_seen_subcommand_from {}", condition, below);
      lines += fmt::format("complete -c hotswap -n {} -a {} -d {}\n", quotedForFish(open), child.name,
                           quotedForFish(child.summary()));
    }
    for (const OptionDescription& option : command.options) {
      std::string line = "complete -c hotswap";
      if (!condition.empty()) line += " -n " + quotedForFish(condition);
      if (option.isArgument) {
        if (!option.choices.empty()) lines += fmt::format("{} -a {}\n", line, quotedForFish(wordsOf(option.choices)));
        continue;
      }
      for (const std::string& name : option.names) {
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (!option.choices.empty()) {
        line += " -x -a " + quotedForFish(wordsOf(option.choices));
      } else if (option.takesFile()) {
        line += " -r -F";
      } else if (option.takesFolder()) {
        line += " -x -a '(__fish_complete_directories)'";
      } else if (!option.value.empty()) {
        line += " -x";
      }
      lines += line + " -d " + quotedForFish(option.description) + "\n";
    }
  });
  return lines;
}

}  // namespace hotswap::cli
