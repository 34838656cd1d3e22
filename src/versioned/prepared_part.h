#pragma once
#include <string>
#include <vector>

#include "db/engine.h"
#include "db/script_plan.h"
#include "versioned/folder.h"

namespace hotswap::versioned {

/// A place in a migration's file, for a person: the line is the file's.
struct Place {
  std::string file;  ///< its path as the folder was named
  int line = 0;      ///< from 1; 0: the file as a whole
  int column = 0;    ///< in characters, from 1
  std::string text;  ///< the line itself
};

/// A script of a migration, parsed and checked, ready to be run.
struct PreparedPart {
  std::filesystem::path file;
  Part part;
  db::ParsedScript script;
  std::vector<db::Unit> units;

  /// Whether it runs in a single transaction, together with its row in the history.
  [[nodiscard]] bool inOneTransaction() const { return units.size() == 1 && units.front().transactional; }
  [[nodiscard]] Place placeOf(Position position) const;
};

/// Something in a script because of which it is not begun.
struct ScriptFault {
  Place place;
  std::string message;
  std::string hint;
};

/// Scripts are refused before anything is run.
class ScriptsRefused : public Error {
 public:
  explicit ScriptsRefused(std::vector<ScriptFault> faults);
  [[nodiscard]] const std::vector<ScriptFault>& faults() const { return faults_; }

 private:
  std::vector<ScriptFault> faults_;
};

/// Reads and parses a script. `faults` gets what forbids to run it: broken grammar, transactions of its own, COPY with
/// the client, too many statements, and with `online=true` statements that rewrite a table or block writes throughout.
/// Throws FolderError where the file can't be read.
PreparedPart prepare(const db::Engine& engine, const MigrationFile& migration, Direction direction,
                     std::vector<ScriptFault>& faults);

}  // namespace hotswap::versioned
