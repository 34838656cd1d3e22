#pragma once
#include <optional>
#include <string>

#include "domain/audit.h"
#include "domain/user.h"
#include "store/page.h"

namespace hotswap::store {

class Connections;

/// The people who may log in. Case is that of ASCII letters.
class UserStore {
 public:
  explicit UserStore(Connections& connections) : connections_(connections) {}

  /// Throws Error (Conflict) where the name is taken (without regard to case).
  void add(const User& user);
  /// Adds the first user and the audit trail's row about it, both or neither. Throws Error (Conflict) where there is a
  /// user already.
  void addFirst(const User& user, const AuditRow& row);
  [[nodiscard]] User get(const UserId& id) const;
  [[nodiscard]] std::optional<User> findByName(const std::string& username) const;
  /// By name.
  [[nodiscard]] Page<User> list(const PageRequest& page) const;
  /// Replaces everything but createdAt; updatedAt becomes later than it was, whatever the clock says. Throws Error
  /// (Conflict) where no enabled Admin would be left or the name is taken.
  void update(const User& user);
  /// As `update`.
  void remove(const UserId& id);
  [[nodiscard]] std::int64_t count() const;

 private:
  Connections& connections_;
};

}  // namespace hotswap::store
