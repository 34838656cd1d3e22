#include "versioned/progress.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "versioned/checksum.h"

namespace hotswap::versioned {

std::string Progress::text() const {
  return nlohmann::json{
      {"back", back}, {"unitsDone", unitsDone}, {"digest", digest}, {"evidence", evidence}, {"session", session}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Progress Progress::fromText(const std::string& text) {
  try {
    const auto json = nlohmann::json::parse(text);
    return {.back = json.at("back").get<bool>(),
            .unitsDone = json.at("unitsDone").get<std::size_t>(),
            .digest = json.at("digest").get<std::string>(),
            .evidence = json.at("evidence").get<std::string>(),
            .session = json.at("session").get<std::string>()};
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCode::InternalError, "The history holds a progress that can't be read.");
  }
}

std::string digestAfter(const std::string& digest, const db::ParsedScript& script, const db::Unit& unit) {
  std::string text = digest;
  for (std::size_t index = unit.first; index < unit.first + unit.count; ++index) {
    text += script.statements[index].sql + ";\n";
  }
  return checksumOf(text);
}

std::string digestOf(const db::ParsedScript& script, const std::vector<db::Unit>& units, std::size_t count) {
  std::string digest;
  for (std::size_t unit = 0; unit < count && unit < units.size(); ++unit) {
    digest = digestAfter(digest, script, units[unit]);
  }
  return digest;
}

}  // namespace hotswap::versioned
