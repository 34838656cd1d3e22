#pragma once
#include <string>
#include <utility>
#include <vector>

#include "cli/command_tree.h"
#include "cli/json_text.h"

/// What all lists of the command line share: paging, bare ids, the remark about what is not shown.
namespace hotswap::cli {

struct Paging {
  int limit = 20;
  int offset = 0;
};
void addPaging(CLI::App& command, Paging& paging);

/// The paging as query parameters, after those given.
std::vector<std::pair<std::string, std::string>> withPaging(std::vector<std::pair<std::string, std::string>> parameters,
                                                            const Paging& paging);

/// A page of a list: prints JSON or ids where those are asked for, else the table that `row` fills, one call an
/// element.
int printList(Context& context, const Answer& answer, const std::string& key, const std::string& idKey,
              const std::vector<Table::Column>& columns,
              const std::function<std::vector<Table::Cell>(const Json&)>& row);

/// A `label  value` block for one thing, without the rows whose value is empty.
std::string fieldLines(const std::vector<std::pair<std::string, std::string>>& fields, const Paint& paint);

}  // namespace hotswap::cli
