#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "cli/terminal.h"

namespace hotswap::cli {

/// A script that a command has at hand, so that a place in it can be shown.
struct KnownScript {
  std::string name;  ///< of the file, or what it is
  std::string text;
};
/// By the field of the API that carries it: `migrationScript`, `rollbackScript`.
using KnownScripts = std::map<std::string, KnownScript>;

/// The line of a script with a caret under the place, two lines each ended; empty where the script has no such line.
/// Line and column from 1, the column in characters; column 0: no caret.
std::string excerpt(const std::string& script, int line, int column, const Paint& paint);

/// An error for a person: `hotswap: sentence`, then its details, places, the state of the SQL error and trace id, each
/// line ended.
std::string errorText(const Error& error, const KnownScripts& scripts, const Paint& paint);

/// An error for a program: what the service sent, or the same shape for one that arose here.
nlohmann::json errorDocument(const Error& error);

}  // namespace hotswap::cli
