#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "db/script.h"

namespace hotswap::analysis {

/// Statements of a safe form that run in one transaction, or one that runs outside of any.
struct SafeStep {
  std::vector<std::string> statements;  ///< SQL without closing semicolons; comments may stand before it
  bool transactional = true;
};

/// What may be written in place of one statement, to the same end without making others wait for long.
struct SafeForm {
  std::vector<SafeStep> steps;     ///< each is committed before the next begins
  std::vector<std::string> later;  ///< for a day when nobody needs any more what was left behind; not to be run at once
  std::string when;                ///< when that is, as a clause: `nothing uses the old name any more`
  std::vector<std::string_view> answers;  ///< the rules whose findings it is an answer to
};

/// The form as SQL: its steps, with comments `-- hotswap: commit` where one has to be committed before the next, and
/// what is for later as a comment. Without the last semicolon.
std::string textOf(const SafeForm& form);

/// A script in which safe forms stand for statements. Everything else stays as it is, byte for byte, but for comments
/// `-- hotswap: commit` around the forms. `forms`: by index in `statements`.
std::string saferScript(std::string_view script, const std::vector<db::Statement>& statements,
                        const std::map<std::size_t, const SafeForm*>& forms);

}  // namespace hotswap::analysis
