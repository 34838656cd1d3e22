#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "domain/enum_text.h"
#include "domain/ids.h"

namespace hotswap {

enum class Strategy { Direct, Phased, Canary, BlueGreen, Shadow };
template <>
struct EnumTexts<Strategy> {
  static constexpr std::array entries{std::pair{Strategy::Direct, std::string_view("Direct")},
                                      std::pair{Strategy::Phased, std::string_view("Phased")},
                                      std::pair{Strategy::Canary, std::string_view("Canary")},
                                      std::pair{Strategy::BlueGreen, std::string_view("BlueGreen")},
                                      std::pair{Strategy::Shadow, std::string_view("Shadow")}};
};

enum class MigrationStatus { Draft, PendingApproval, Approved, InProgress, Succeeded, Failed, RolledBack };
template <>
struct EnumTexts<MigrationStatus> {
  static constexpr std::array entries{std::pair{MigrationStatus::Draft, std::string_view("Draft")},
                                      std::pair{MigrationStatus::PendingApproval, std::string_view("PendingApproval")},
                                      std::pair{MigrationStatus::Approved, std::string_view("Approved")},
                                      std::pair{MigrationStatus::InProgress, std::string_view("InProgress")},
                                      std::pair{MigrationStatus::Succeeded, std::string_view("Succeeded")},
                                      std::pair{MigrationStatus::Failed, std::string_view("Failed")},
                                      std::pair{MigrationStatus::RolledBack, std::string_view("RolledBack")}};
};

enum class RiskLevel { Low, Medium, High };
template <>
struct EnumTexts<RiskLevel> {
  static constexpr std::array entries{std::pair{RiskLevel::Low, std::string_view("Low")},
                                      std::pair{RiskLevel::Medium, std::string_view("Medium")},
                                      std::pair{RiskLevel::High, std::string_view("High")}};
};

/// A change of a schema: the script forward, the way back, and where it stands.
struct Migration {
  MigrationId id;
  std::string name;  ///< `[a-z0-9_]+`, at most 128 characters, unique among the migrations of its database
  std::string description;
  DatabaseId targetDatabaseId;
  std::string migrationScript;                ///< at most maxScriptBytes
  std::optional<std::string> rollbackScript;  ///< absent: no way back was given
  std::optional<Strategy> strategy;           ///< absent: the default for the environment and the risk
  MigrationStatus status = MigrationStatus::Draft;
  RiskLevel riskLevel = RiskLevel::Low;
  std::optional<Seconds> estimatedDuration;
  std::vector<MigrationId> dependencies;  ///< must have Succeeded before this one is executed
  std::vector<std::string> tags;
  std::string checksum;  ///< SHA-256 (hexadecimal) of both scripts, see checksumOf
  std::string createdBy;
  TimePoint createdAt;
  TimePoint updatedAt;
  std::int64_t version = 1;  ///< grows by one with every edit and change of state; the ETag of the API
};

constexpr std::size_t maxScriptBytes = std::size_t{10} * 1024 * 1024;
constexpr std::size_t maxNameLength = 128;

/// What is wrong with the fields of a migration as a caller gave them; empty where nothing is. Looks at names, lengths,
/// encoding and tags, not at the SQL.
std::vector<ErrorDetail> checkFields(const Migration& migration);

/// SHA-256 over the length and bytes of the forward script, then of the way back (an absent one differs from an empty
/// one), in lower-case hexadecimal.
std::string checksumOf(const std::string& migrationScript, const std::optional<std::string>& rollbackScript);

/// Whether a migration in this state may be edited, deleted, executed.
bool mayEdit(MigrationStatus status);
bool mayDelete(MigrationStatus status);
bool mayExecute(MigrationStatus status);

}  // namespace hotswap
