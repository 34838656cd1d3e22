#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/enum_text.h"
#include "versioned/folder.h"
#include "versioned/history_entry.h"

namespace hotswap::versioned {

/// How a migration stands when files and history are held against each other.
enum class Standing {
  Applied,
  Pending,
  OutOfOrder,  ///< pending, though a later version is applied
  Changed,     ///< applied, and its file says something else now
  Missing,     ///< applied, and there is no file of it any more
  Failed,      ///< begun outside of a transaction and not ended
  Baseline,    ///< at or below the baseline: taken to be there
  RolledBack,  ///< rolled back, and there is no file of it any more
  Orchestrated,
};

/// One migration, from the folder, the history, or both.
struct Item {
  std::optional<MigrationFile> file;
  std::optional<HistoryEntry> entry;
  Standing standing = Standing::Pending;

  /// The version as the file has it, else as the history has it; of a repeatable one its description.
  [[nodiscard]] std::string version() const;
  [[nodiscard]] std::string description() const;
  [[nodiscard]] EntryKind kind() const;
  /// See versioned::titleOf and nameOf.
  [[nodiscard]] std::string title() const { return titleOf(kind(), version()); }
  [[nodiscard]] std::string name() const { return nameOf(kind(), version()); }
  [[nodiscard]] bool pending() const { return standing == Standing::Pending || standing == Standing::OutOfOrder; }
  /// History and files contradict each other.
  [[nodiscard]] bool disagrees() const {
    return standing == Standing::Changed || standing == Standing::Missing || standing == Standing::Failed;
  }
};

/// Every migration: versioned ones in order, then repeatable ones, then orchestrated ones by time. Pure.
std::vector<Item> compare(const MigrationFolder& folder, const std::vector<HistoryEntry>& history);

/// The highest version that is applied or baseline, nothing where none is.
std::optional<Version> highestApplied(const std::vector<Item>& items);

}  // namespace hotswap::versioned

namespace hotswap {

template <>
struct EnumTexts<versioned::Standing> {
  static constexpr std::array entries{std::pair{versioned::Standing::Applied, std::string_view("applied")},
                                      std::pair{versioned::Standing::Pending, std::string_view("pending")},
                                      std::pair{versioned::Standing::OutOfOrder, std::string_view("out of order")},
                                      std::pair{versioned::Standing::Changed, std::string_view("changed")},
                                      std::pair{versioned::Standing::Missing, std::string_view("missing")},
                                      std::pair{versioned::Standing::Failed, std::string_view("failed")},
                                      std::pair{versioned::Standing::Baseline, std::string_view("baseline")},
                                      std::pair{versioned::Standing::RolledBack, std::string_view("rolled back")},
                                      std::pair{versioned::Standing::Orchestrated, std::string_view("orchestrated")}};
};

}  // namespace hotswap
