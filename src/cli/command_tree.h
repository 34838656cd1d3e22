#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "domain/enum_text.h"

namespace hotswap::cli {

/// All commands as CLI11 has them, and the action of the one that a command line names.
class CommandTree {
 public:
  using Action = std::function<int(Context&)>;
  struct Text {
    std::string name;
    std::string description;  ///< without a full stop at its end; lists show its first sentence alone
    std::string example;      ///< lines as they are typed
  };

  /// An empty tree whose global options go to `options`.
  explicit CommandTree(GlobalOptions& options);

  [[nodiscard]] CLI::App& root() { return root_; }
  [[nodiscard]] const CLI::App& root() const { return root_; }
  /// A word that only groups commands.
  CLI::App& addGroup(const Text& text);
  /// A command below `parent` (the root or a group). The caller adds its options.
  CLI::App& addCommand(CLI::App& parent, const Text& text, Action action);
  /// The action of the command that was parsed; empty where none was.
  [[nodiscard]] const Action& chosen() const { return chosen_; }
  /// The deepest command that the words so far have named.
  [[nodiscard]] const CLI::App& deepest() const;

 private:
  CLI::App root_;
  Action chosen_;
};

/// Makes an option or argument refuse an empty text, as an unset variable of a script leaves it; CLI11 alone would
/// pass over it as if it had not been given.
void refuseEmpty(CLI::Option* option);
/// Makes an option take a number within these bounds, which `nan` is not.
void limitTo(CLI::Option* option, double least, double most);

/// Adds an option or (name without dashes) an argument. `value` says in capitals what it takes (`FILE`, `NAME`), or
/// lists what it may be (`bash|zsh|fish`); help and completion read it. Only a `TEXT` may be empty.
template <class Target>
CLI::Option* addOption(CLI::App& command, const std::string& name, Target& target, const std::string& value,
                       const std::string& description) {
  CLI::Option* option = command.add_option(name, target, description)->type_name(value);
  // Options that may be repeated take one value each time, so that what follows is never swallowed.
  if (option->get_expected_max() > 1 && !option->get_positional()) option->allow_extra_args(false);
  if (value != "TEXT") refuseEmpty(option);
  return option;
}

/// Makes an option take one of `choices`, in any case; names the nearest for a typo.
CLI::Option* limitTo(CLI::Option* option, std::vector<std::string> choices);

/// The texts of an enumeration in order.
template <TextEnum Enum>
std::vector<std::string> choicesOf() {
  std::vector<std::string> choices;
  for (const auto& [value, text] : EnumTexts<Enum>::entries) choices.emplace_back(text);
  return choices;
}

}  // namespace hotswap::cli
