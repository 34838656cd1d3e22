#include "figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace hotswap::bench {

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(place));
  const auto above = static_cast<std::size_t>(std::ceil(place));
  return values[below] + (values[above] - values[below]) * (place - std::floor(place));
}

double median(const std::vector<double>& values) { return quantile(values, 0.5); }

std::string summary(const std::vector<double>& values, int decimals, const std::string& unit) {
  return fmt::format("median {:.{}f}{} (least {:.{}f}, most {:.{}f}, n = {})", median(values), decimals, unit,
                     quantile(values, 0), decimals, quantile(values, 1), decimals, values.size());
}

}  // namespace hotswap::bench
