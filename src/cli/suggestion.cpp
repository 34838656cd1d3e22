#include "cli/suggestion.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace hotswap::cli {

namespace {

std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::vector<std::size_t>> cost(from.size() + 1, std::vector<std::size_t>(to.size() + 1));
  for (std::size_t i = 0; i <= from.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= to.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = cost[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0U : 1U);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[from.size()][to.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t longestWord = 64;
  if (word.empty() || word.size() > longestWord) return std::nullopt;
  const std::string wanted = toLower(word);
  std::optional<std::string> best;
  std::size_t bestDistance = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t candidateDistance = distance(wanted, toLower(candidate));
    if (candidateDistance < bestDistance) {
      best = candidate;
      bestDistance = candidateDistance;
    }
  }
  if (best) return best;
  std::vector<std::string> continued;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(continued),
               [&](const std::string& candidate) { return toLower(candidate).starts_with(wanted); });
  if (continued.size() == 1) return continued.front();
  return std::nullopt;
}

}  // namespace hotswap::cli
