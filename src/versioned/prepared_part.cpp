#include "versioned/prepared_part.h"

#include <fmt/format.h>

#include <utility>

namespace hotswap::versioned {

namespace {

std::string lineOf(std::string_view text, int line) {
  for (int number = 1; number < line; ++number) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return std::string(text.substr(0, text.find('\n')));
}

std::string summaryOf(const std::vector<ScriptFault>& faults) {
  const Place& place = faults.front().place;
  const std::string first = fmt::format("{}:{}:{}: {}", place.file, place.line, place.column, faults.front().message);
  if (faults.size() == 1) return first;
  return fmt::format("{} (and {} more; nothing was run)", first, faults.size() - 1);
}

/// Why a statement can't be run; an empty message where it can.
ScriptFault faultOf(const db::Statement& statement, const PartOptions& options) {
  if (statement.transactionControl) {
    return {.place = {},
            .message =
                fmt::format("{} is refused: each migration is run in a transaction of HotSwap's own", statement.kind),
            .hint =
                "Take it out, or write `-- hotswap: transaction=false` into the file's head to run each statement "
                "by itself."};
  }
  if (statement.clientCopy) {
    return {.place = {},
            .message = "COPY between the client and a table can't be run from a migration",
            .hint = "Use INSERT, or COPY from a file or program of the server."};
  }
  if (options.online && statement.rewrites) {
    return {.place = {},
            .message = fmt::format("{} rewrites the whole table, and the file says online=true", statement.kind),
            .hint = "Add a new column, fill it in steps, and drop the old one later."};
  }
  const bool buildsBlocking = statement.kind == "CREATE INDEX" && statement.transactional;
  if (options.online && buildsBlocking) {
    return {.place = {},
            .message = "CREATE INDEX blocks every write while it builds, and the file says online=true",
            .hint = "Use CREATE INDEX CONCURRENTLY."};
  }
  return {};
}

}  // namespace

Place PreparedPart::placeOf(Position position) const {
  return {.file = file.string(),
          .line = part.line + position.line - 1,
          .column = position.column,
          .text = lineOf(part.sql, position.line)};
}

ScriptsRefused::ScriptsRefused(std::vector<ScriptFault> faults)
    : Error(ErrorCode::ValidationError, summaryOf(faults)), faults_(std::move(faults)) {}

PreparedPart prepare(const db::Engine& engine, const MigrationFile& migration, Direction direction,
                     std::vector<ScriptFault>& faults) {
  PreparedPart prepared{.file = direction == Direction::Up ? migration.forward : migration.back.value(),
                        .part = readPart(migration, direction),
                        .script = {},
                        .units = {}};
  prepared.script = engine.script().parse(prepared.part.sql);
  if (const auto& error = prepared.script.error) {
    faults.push_back({.place = prepared.placeOf(error->position), .message = error->message, .hint = {}});
    return prepared;
  }
  for (db::Statement& statement : prepared.script.statements) {
    ScriptFault fault = faultOf(statement, prepared.part.options);
    if (!fault.message.empty()) {
      fault.place = prepared.placeOf(statement.position);
      faults.push_back(std::move(fault));
    }
    if (!prepared.part.options.transaction) statement.transactional = false;
  }
  prepared.units = db::planUnits(prepared.script.statements);
  return prepared;
}

}  // namespace hotswap::versioned
