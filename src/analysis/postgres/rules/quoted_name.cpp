#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

bool needsQuotes(std::string_view name) {
  const auto plain = [](unsigned char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' || byte == '$' || byte >= 0x80;
  };
  return !std::ranges::all_of(name, plain) || (name[0] >= '0' && name[0] <= '9') || name[0] == '$';
}

void check(const Look& look, Remarks& remarks) {
  std::vector<std::string> names;
  for (const TypedColumn& column : typedColumns(look)) {
    if (column.isNew) names.push_back(column.name);
  }
  if (look.tree.node_case == PG_QUERY__NODE__NODE_CREATE_STMT)
    names.emplace_back(look.tree.create_stmt->relation->relname);
  if (look.tree.node_case == PG_QUERY__NODE__NODE_INDEX_STMT) names.emplace_back(look.tree.index_stmt->idxname);
  std::erase_if(names, [](const std::string& name) { return name.empty() || !needsQuotes(name); });
  if (names.empty()) return;
  remarks.add(fmt::format("Without double quotes the server looks for another name in place of {}.", listed(names)),
              "Use small letters, digits and underscores.");
}

}  // namespace

const Rule quotedName{.info = {"quoted-name", Severity::Info, "a name must stand in quotes wherever it is used"},
                      .check = check};

}  // namespace hotswap::analysis::postgres::rules
