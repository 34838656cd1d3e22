#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace hotswap::versioned {

/// What the head of a file, or the marker of a section, allows the script to be run with.
struct PartOptions {
  bool transaction = true;  ///< `transaction=false`: each statement by itself
  bool online = false;      ///< `online=true`: a statement that rewrites a table or blocks writes throughout is refused
  std::optional<Milliseconds> lockTimeout;       ///< `lock_timeout=2s`
  std::optional<Milliseconds> statementTimeout;  ///< `statement_timeout=10min`
};

/// A script inside a file.
struct Part {
  std::string sql;
  int line = 1;  ///< of the file, in which it begins
  PartOptions options;
};

/// Something wrong in a file.
struct Fault {
  int line = 0;  ///< 0: about the file as a whole
  std::string message;
};

struct Sections {
  std::optional<Part> up;
  std::optional<Part> down;
  std::vector<Fault> faults;
};

/// Takes a file apart at its lines `-- migrate:up` and `-- migrate:down`, either of which may be followed by
/// `transaction:false`. What stands before the first marker may be comments only, and its options hold for both parts.
/// Line ends are those of withPlainLineEnds.
Sections parseSections(std::string_view text);

/// A file that is one script.
struct WholeFile {
  Part part;
  std::vector<Fault> faults;
};
WholeFile parseWhole(std::string_view text);

/// Whether a script holds nothing but white space and comments, as far as every engine's comments (`--`, `/* */`) tell.
bool isBlank(std::string_view sql);

/// A duration as options write it, see parseHumanDuration: `500ms`, `2s`, `1.5min`, `1h`; a bare number is
/// milliseconds. Nothing for any other text and for more than a day.
std::optional<Milliseconds> parseDuration(std::string_view text);

}  // namespace hotswap::versioned
