#pragma once
#include <cstddef>
#include <string>

#include "db/script.h"
#include "db/script_plan.h"

namespace hotswap::versioned {

/// How far a script has come that can't run in one transaction.
struct Progress {
  bool back = false;  ///< it is the back part
  std::size_t unitsDone = 0;
  std::string digest;    ///< of the statements of those units
  std::string evidence;  ///< of the unit that was at work, see execution::unitOutcome
  std::string session;   ///< the application name of the sessions that ran it

  /// As JSON, for the history. `fromText` is its inverse and throws Error (InternalError) for anything else.
  [[nodiscard]] std::string text() const;
  static Progress fromText(const std::string& text);
};

/// A hash over the statements of the first `count` units, hexadecimal: equal for scripts that begin alike, whatever
/// comments and white space stand between statements.
std::string digestOf(const db::ParsedScript& script, const std::vector<db::Unit>& units, std::size_t count);

/// The same with one unit more, from the digest of those before it.
std::string digestAfter(const std::string& digest, const db::ParsedScript& script, const db::Unit& unit);

}  // namespace hotswap::versioned
