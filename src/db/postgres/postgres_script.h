#pragma once
#include <string_view>
#include <vector>

#include "db/script.h"

namespace hotswap::db::postgres {

/// PostgreSQL's own grammar (libpg_query, version 15), and what can be told of a statement from its parse tree alone.
/// What a catalog would have to be asked for (is this table partitioned? what does this function do?) is not guessed.
///
/// A byte order mark at the very start is passed over, offsets still count it. A NUL byte is a syntax error. A script
/// that is nested too deeply for the grammar's stack is a syntax error, never a crash: each call parses on a thread of
/// its own with a stack of known size.
class PostgresScript final : public Script {
 private:
  [[nodiscard]] ParsedScript parseStatements(std::string_view script, Trees trees) const override;
  [[nodiscard]] std::vector<std::string_view> allComments(std::string_view script) const override;
};

}  // namespace hotswap::db::postgres
