#include "app/first_start.h"

#include "secret/password.h"

namespace hotswap::app {

namespace {
constexpr std::size_t shortestPassword = 12;
}

std::optional<std::string> makeFirstAdmin(store::Store& store, const std::map<std::string, std::string>& environment,
                                          const Clock& clock, Random& random) {
  if (store.users().count() > 0) return std::nullopt;
  const auto given = environment.find("HOTSWAP_ADMIN_PASSWORD");
  const bool isGiven = given != environment.end() && !given->second.empty();
  if (isGiven && given->second.size() < shortestPassword) {
    throw Error(ErrorCode::ValidationError, "HOTSWAP_ADMIN_PASSWORD must have at least 12 characters.");
  }
  const std::string password = isGiven ? given->second : secret::makePassword(random);
  const TimePoint now = clock.now();
  store.users().add({.id = UserId::make(clock, random),
                     .username = "admin",
                     .role = Role::Admin,
                     .passwordHash = secret::hashPassword(password),
                     .disabled = false,
                     .createdAt = now,
                     .updatedAt = now});
  store.audit().append({.sequence = 0,
                        .time = now,
                        .user = "hotswap",
                        .address = {},
                        .event = "user.created",
                        .object = "admin",
                        .details = "first start",
                        .traceId = {}});
  if (isGiven) return std::nullopt;
  return password;
}

}  // namespace hotswap::app
