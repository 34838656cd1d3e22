#include "cli/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace hotswap::cli {

void addPaging(CLI::App& command, Paging& paging) {
  addOption(command, "--limit", paging.limit, "N", "How many are shown, at most 200 (20 where nothing is said)")
      ->check(CLI::Range(1, 200).description(""));
  addOption(command, "--offset", paging.offset, "N", "How many are left out at the start")
      ->check(CLI::Range(0, std::numeric_limits<int>::max()).description(""));
}

std::vector<std::pair<std::string, std::string>> withPaging(std::vector<std::pair<std::string, std::string>> parameters,
                                                            const Paging& paging) {
  parameters.emplace_back("limit", std::to_string(paging.limit));
  if (paging.offset > 0) parameters.emplace_back("offset", std::to_string(paging.offset));
  return parameters;
}

int printList(Context& context, const Answer& answer, const std::string& key, const std::string& idKey,
              const std::vector<Table::Column>& columns,
              const std::function<std::vector<Table::Cell>(const Json&)>& row) {
  if (context.printedAsJson(answer)) return ExitCode::done;
  const Json document = answer.document();
  const auto elements = listOf(document, key);
  Table table(columns);
  for (const Json& element : elements) {
    if (context.printedAsId(textOf(element, idKey))) continue;
    table.addRow(row(element));
  }
  const auto total = numberOf(document, "total").value_or(0);
  if (elements.empty()) {
    context.print(total > 0 ? fmt::format("No {} here; there are {:.0f} in all.\n", key, total)
                            : fmt::format("No {}.\n", key));
    return ExitCode::done;
  }
  context.printTable(table);
  const double offset = numberOf(document, "offset").value_or(0);
  const auto last = offset + static_cast<double>(elements.size());
  if (last < total || offset > 0) {
    context.print(fmt::format("{:.0f} to {:.0f} of {:.0f}; see --limit and --offset.\n", offset + 1, last, total));
  }
  return ExitCode::done;
}

std::string fieldLines(const std::vector<std::pair<std::string, std::string>>& fields, const Paint& paint) {
  std::size_t width = 0;
  for (const auto& [label, value] : fields) {
    if (!value.empty()) width = std::max(width, displayWidth(label));
  }
  std::string lines;
  for (const auto& [label, value] : fields) {
    if (!value.empty()) lines += fmt::format("{}  {}\n", paint(Tone::Faint, padded(label, width)), printable(value));
  }
  return lines;
}

}  // namespace hotswap::cli
