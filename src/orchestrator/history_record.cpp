#include "orchestrator/history_record.h"

#include <algorithm>
#include <optional>

#include "versioned/checksum.h"
#include "versioned/history.h"

namespace hotswap::orchestrator {

namespace {

constexpr Milliseconds connectTimeout{10'000};
constexpr db::SessionLimits limits{.lock = Milliseconds(5'000), .statement = Milliseconds(10'000)};

using versioned::EntryKind;
using versioned::EntryState;

}  // namespace

void recordInHistory(const db::Engine& engine, const ConnectionString& target, const Execution& execution,
                     const std::string& migrationName, EntryState state, TimePoint at, Milliseconds executionTime) {
  const auto session = engine.connect(target, "hotswap/" + execution.id.text(), connectTimeout);
  engine.setLimits(*session, limits);
  const versioned::History history(engine, versioned::History::schemaIn(engine, *session));
  const auto entries = history.entries(*session);
  const auto known = std::ranges::find_if(entries, [&](const versioned::HistoryEntry& entry) {
    return entry.kind == EntryKind::Orchestrated && entry.version == execution.migrationId.text();
  });
  std::optional<EntryState> before;
  if (known != entries.end()) before = known->state;
  const bool isNeeded = state == EntryState::RolledBack ? before == EntryState::Applied : before != state;
  if (!isNeeded) return;
  history.create(*session);
  history.write(*session,
                {.id = 0,
                 .entry = {.kind = EntryKind::Orchestrated,
                           .version = execution.migrationId.text(),
                           .description = migrationName,
                           .checksum = versioned::checksumOf(execution.migrationScript),
                           .appliedAt = at,
                           .executionTime = executionTime,
                           .appliedBy = execution.initiatedBy,
                           .state = state},
                 .action = versioned::Action::Orchestrate,
                 .error = {},
                 .progress = {}},
                before);
}

}  // namespace hotswap::orchestrator
