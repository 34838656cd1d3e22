#pragma once
#include <optional>
#include <string>

#include "domain/audit.h"
#include "store/page.h"

namespace hotswap::store {

class Connections;

struct AuditFilter {
  std::optional<TimePoint> from;  ///< inclusive
  std::optional<TimePoint> to;    ///< inclusive
  std::optional<std::string> user;
  std::optional<std::string> event;
  std::optional<std::string> object;
};

/// The audit trail. Rows are only ever added.
class AuditStore {
 public:
  explicit AuditStore(Connections& connections) : connections_(connections) {}

  void append(const AuditRow& row);
  /// Newest first.
  [[nodiscard]] Page<AuditRow> list(const AuditFilter& filter, const PageRequest& page) const;

 private:
  Connections& connections_;
};

}  // namespace hotswap::store
