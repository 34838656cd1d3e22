#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/identifiers.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  constexpr std::size_t longest = 63;
  // Most statements are too short to hold such a name, or have none of that length.
  const std::string& sql = look.statement.sql;
  std::size_t run = 0;
  const bool mayHold = std::ranges::any_of(sql, [&](char byte) {
    run = byte == ' ' || byte == '\n' || byte == ',' || byte == '(' || byte == '.' ? 0 : run + 1;
    return run > longest;
  });
  if (!mayHold) return;
  for (const db::postgres::Identifier& name : db::postgres::identifiersIn(sql)) {
    if (name.text.size() <= longest) continue;
    remarks.addAt(static_cast<int>(name.offset),
                  fmt::format("The server knows this name as {}: another one that begins alike is the same to it.",
                              name.text.substr(0, longest)),
                  "Use at most 63 bytes.");
  }
}

}  // namespace

const Rule nameTooLong{.info = {"name-too-long", Severity::Warning, "a name is cut to 63 bytes without an error"},
                       .check = check};

}  // namespace hotswap::analysis::postgres::rules
