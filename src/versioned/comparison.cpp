#include "versioned/comparison.h"

#include <algorithm>
#include <map>

#include "versioned/checksum.h"

namespace hotswap::versioned {

namespace {

bool isThere(EntryState state) { return state == EntryState::Applied || state == EntryState::Baseline; }

/// What the history says, in order.
struct Known {
  std::map<Version, HistoryEntry> versioned;
  std::map<std::string, HistoryEntry> repeatable;
  std::vector<HistoryEntry> orchestrated;
  std::optional<Version> highest;   ///< that is there
  std::optional<Version> baseline;  ///< the highest one
};

Known sorted(const std::vector<HistoryEntry>& history) {
  Known known;
  for (const HistoryEntry& entry : history) {
    if (entry.kind == EntryKind::Orchestrated) {
      known.orchestrated.push_back(entry);
      continue;
    }
    if (entry.kind == EntryKind::Repeatable) {
      known.repeatable.emplace(entry.version, entry);
      continue;
    }
    const auto version = Version::parse(entry.version);
    if (!version) {
      throw Error(ErrorCode::ValidationError, "The history holds the version `" + entry.version + "`, which is none.");
    }
    known.versioned.emplace(*version, entry);
    if (!isThere(entry.state)) continue;
    if (!known.highest || *known.highest < *version) known.highest = *version;
    if (entry.state == EntryState::Baseline && (!known.baseline || *known.baseline < *version)) {
      known.baseline = *version;
    }
  }
  std::ranges::sort(known.orchestrated, {}, &HistoryEntry::appliedAt);
  return known;
}

Standing standingOf(const Item& item, const Known& known) {
  const auto& [file, entry, unused] = item;
  if (entry && entry->state == EntryState::Failed) return Standing::Failed;
  const auto version = Version::parse(item.version());
  const bool coveredByBaseline = known.baseline && version && *version <= *known.baseline;
  if (entry && entry->state == EntryState::Applied) {
    if (!file) return coveredByBaseline ? Standing::Applied : Standing::Missing;
    return fitsChecksum(file->checksum, entry->checksum) ? Standing::Applied : Standing::Changed;
  }
  if ((entry && entry->state == EntryState::Baseline) ||
      ((!entry || entry->state == EntryState::RolledBack) && coveredByBaseline))
    return Standing::Baseline;
  if (!file) return Standing::RolledBack;
  return known.highest && version && *version < *known.highest ? Standing::OutOfOrder : Standing::Pending;
}

Standing standingOfRepeatable(const Item& item) {
  const auto& [file, entry, unused] = item;
  if (entry && entry->state == EntryState::Failed) return Standing::Failed;
  if (!file) return entry->state == EntryState::Applied ? Standing::Missing : Standing::RolledBack;
  const bool isApplied = entry && isThere(entry->state) && fitsChecksum(file->checksum, entry->checksum);
  return isApplied ? Standing::Applied : Standing::Pending;
}

}  // namespace

std::string Item::version() const {
  if (file) return file->version ? file->version->text() : file->description;
  return entry->version;
}

std::string Item::description() const { return file ? file->description : entry->description; }

EntryKind Item::kind() const {
  if (file) return file->repeatable() ? EntryKind::Repeatable : EntryKind::Versioned;
  return entry->kind;
}

std::vector<Item> compare(const MigrationFolder& folder, const std::vector<HistoryEntry>& history) {
  const Known known = sorted(history);
  std::map<Version, Item> versioned;
  std::map<std::string, Item> repeatable;
  for (const MigrationFile& file : folder.migrations) {
    Item item{.file = file, .entry = {}, .standing = {}};
    if (file.version) {
      versioned.emplace(*file.version, std::move(item));
    } else {
      repeatable.emplace(file.description, std::move(item));
    }
  }
  for (const auto& [version, entry] : known.versioned) versioned[version].entry = entry;
  for (const auto& [name, entry] : known.repeatable) repeatable[name].entry = entry;
  std::vector<Item> items;
  for (auto& [version, item] : versioned) {
    item.standing = standingOf(item, known);
    items.push_back(std::move(item));
  }
  for (auto& [name, item] : repeatable) {
    item.standing = standingOfRepeatable(item);
    items.push_back(std::move(item));
  }
  for (const HistoryEntry& entry : known.orchestrated) {
    const bool isThereNow = entry.state == EntryState::Applied;
    items.push_back(
        {.file = {}, .entry = entry, .standing = isThereNow ? Standing::Orchestrated : Standing::RolledBack});
  }
  return items;
}

std::optional<Version> highestApplied(const std::vector<Item>& items) {
  std::optional<Version> highest;
  for (const Item& item : items) {
    if (item.kind() != EntryKind::Versioned || !item.entry || !isThere(item.entry->state)) continue;
    highest = Version::parse(item.entry->version);
  }
  return highest;
}

}  // namespace hotswap::versioned
