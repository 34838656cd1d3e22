#pragma once
#include <span>
#include <string>
#include <vector>

namespace hotswap::bench {

/// The value below which `share` (0 to 1) of the values lie; 0 for none.
double quantile(std::vector<double> values, double share);
double median(const std::vector<double>& values);
/// `median (least to most)` with that many decimals and a unit behind.
std::string summary(const std::vector<double>& values, int decimals, const std::string& unit);

}  // namespace hotswap::bench
