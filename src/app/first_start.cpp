#include "app/first_start.h"

#include <fmt/format.h>

#include "api/json/user_json.h"
#include "secret/password.h"

namespace hotswap::app {

namespace {
constexpr const char* name = "admin";
}

void makeFirstAdmin(store::Store& store, const std::map<std::string, std::string>& environment, const Clock& clock,
                    Random& random, const std::function<void(const std::string& password)>& show) {
  if (store.users().count() > 0) return;
  const auto given = environment.find("HOTSWAP_ADMIN_PASSWORD");
  const bool isGiven = given != environment.end() && !given->second.empty();
  if (isGiven) {
    const std::string problem = api::passwordProblem(given->second, name);
    if (!problem.empty()) throw Error(ErrorCode::ValidationError, fmt::format("HOTSWAP_ADMIN_PASSWORD {}.", problem));
  }
  const std::string password = isGiven ? given->second : secret::makePassword(random);
  const TimePoint now = clock.now();
  const User admin{.id = UserId::make(clock, random),
                   .username = name,
                   .role = Role::Admin,
                   .passwordHash = secret::hashPassword(password),
                   .disabled = false,
                   .createdAt = now,
                   .updatedAt = now};
  if (!isGiven) show(password);
  store.users().addFirst(admin, {.sequence = 0,
                                 .time = now,
                                 .user = "hotswap",
                                 .address = {},
                                 .event = "user.created",
                                 .object = name,
                                 .details = "first start",
                                 .traceId = {}});
}

}  // namespace hotswap::app
