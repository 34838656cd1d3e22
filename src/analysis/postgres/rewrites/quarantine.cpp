#include "analysis/postgres/rewrites/quarantine.h"

#include <fmt/format.h>

namespace hotswap::analysis::postgres::rewrites {

std::string quarantineName(std::string_view name, std::chrono::sys_days today) {
  constexpr std::size_t longestName = 63;
  const std::chrono::year_month_day date(today);
  std::string text = fmt::format("dropped_{:04}{:02}{:02}_{}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), name);
  if (text.size() <= longestName) return text;
  std::size_t end = longestName;
  // Not within a character of UTF-8.
  while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

}  // namespace hotswap::analysis::postgres::rewrites
