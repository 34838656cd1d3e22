#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "cli/shell.h"

/// What arguments mean beyond their text: durations, files, `-` for standard input.
namespace hotswap::cli {

/// A duration as people and configurations write it: `PT30M`, `30m`, `1h30m`, `90s`, `90` (seconds), `0.5`, `250ms`.
/// `option` is named in the WrongUse that anything else throws.
Seconds parseDuration(std::string_view text, std::string_view option);

/// A number as `1.5` or `-2e3`, never `nan` or `inf`. `option` is named in the WrongUse that anything else throws.
double parseNumber(std::string_view text, std::string_view option);

/// The text of a file, or of standard input for `-`. Throws Error where it can't be read, is bigger than `mostBytes` or
/// isn't UTF-8.
std::string readText(const Shell& shell, const std::string& file, std::size_t mostBytes);

}  // namespace hotswap::cli
