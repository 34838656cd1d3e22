#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "domain/enum_text.h"

namespace hotswap::versioned {

enum class EntryKind { Versioned, Repeatable, Orchestrated };
enum class EntryState {
  Applied,
  Failed,      ///< begun outside of a transaction, and broken off or still at work
  RolledBack,  ///< its back part was run: it may be applied again
  Baseline,    ///< the database was taken to hold it already
};
enum class Action { Up, Down, Repair, Baseline, Adopt, Orchestrate };

/// What the history says of a version now.
struct HistoryEntry {
  EntryKind kind = EntryKind::Versioned;
  std::string version;  ///< of a repeatable one its description, of an orchestrated one the migration's id
  std::string description;
  std::string checksum;  ///< see checksumOf; empty where none is known
  TimePoint appliedAt;
  Milliseconds executionTime{0};
  std::string appliedBy;  ///< `user@host` of who ran the command
  EntryState state = EntryState::Applied;
};

/// As a person calls it in a list: `0007`, `repeatable views`, of an orchestrated one the migration's id.
std::string titleOf(EntryKind kind, const std::string& version);
/// As a person calls it in a sentence: `version 0007`, `repeatable views`, `migration mig-…`.
std::string nameOf(EntryKind kind, const std::string& version);

/// One attempt at a version, or another change of its entry.
struct Attempt {
  std::int64_t id = 0;  ///< ascending
  HistoryEntry entry;   ///< as the attempt left it; `appliedAt` is when the attempt began
  Action action = Action::Up;
  std::string error;     ///< why it failed; empty where it didn't
  std::string progress;  ///< see Progress::text; empty for one in a single transaction
};

}  // namespace hotswap::versioned

namespace hotswap {

template <>
struct EnumTexts<versioned::EntryKind> {
  static constexpr std::array entries{std::pair{versioned::EntryKind::Versioned, std::string_view("versioned")},
                                      std::pair{versioned::EntryKind::Repeatable, std::string_view("repeatable")},
                                      std::pair{versioned::EntryKind::Orchestrated, std::string_view("orchestrated")}};
};
template <>
struct EnumTexts<versioned::EntryState> {
  static constexpr std::array entries{std::pair{versioned::EntryState::Applied, std::string_view("applied")},
                                      std::pair{versioned::EntryState::Failed, std::string_view("failed")},
                                      std::pair{versioned::EntryState::RolledBack, std::string_view("rolled_back")},
                                      std::pair{versioned::EntryState::Baseline, std::string_view("baseline")}};
};
template <>
struct EnumTexts<versioned::Action> {
  static constexpr std::array entries{std::pair{versioned::Action::Up, std::string_view("up")},
                                      std::pair{versioned::Action::Down, std::string_view("down")},
                                      std::pair{versioned::Action::Repair, std::string_view("repair")},
                                      std::pair{versioned::Action::Baseline, std::string_view("baseline")},
                                      std::pair{versioned::Action::Adopt, std::string_view("adopt")},
                                      std::pair{versioned::Action::Orchestrate, std::string_view("orchestrate")}};
};

}  // namespace hotswap
