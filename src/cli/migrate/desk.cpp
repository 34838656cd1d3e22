#include "cli/migrate/desk.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <string>

#include "base/text.h"
#include "cli/argument_text.h"
#include "cli/service_error.h"
#include "domain/database_url.h"
#include "secret/reference.h"

namespace hotswap::cli {

namespace {

constexpr Milliseconds lookEvery{50};
/// PostgreSQL keeps 63 bytes of one, and the session that holds the lock adds a word.
constexpr std::size_t longestApplicationName = 55;

std::string userAtHost() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const passwd* const entry = ::getpwuid(::geteuid());
  const std::string user = entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
  return fmt::format("{}@{}", user, host.data());
}

/// Distinct for each process, also where two machines share name and process ids, as containers may.
std::string applicationNameFor(const std::string& who, Random& random) {
  std::array<std::byte, 4> bytes{};
  random.fill(bytes);
  std::string tail = fmt::format("/{}-", ::getpid());
  for (const std::byte byte : bytes) tail += fmt::format("{:02x}", std::to_integer<int>(byte));
  std::string name = "hotswap migrate " + who;
  name.resize(std::min(name.size(), longestApplicationName - tail.size()));
  return name + tail;
}

Milliseconds durationOr(const std::string& text, const char* option, Milliseconds fallback) {
  if (text.empty()) return fallback;
  return std::chrono::duration_cast<Milliseconds>(parseDuration(text, option));
}

DatabaseUrl urlOf(const MigrateOptions& options) {
  if (options.database.empty()) {
    throw WrongUse("say which database: --database URL, DATABASE_URL, or `migrate: database:` in hotswap.yaml");
  }
  const std::string text = secret::resolveText(options.database);
  if (text == options.database) return DatabaseUrl::parse(text);
  try {
    return DatabaseUrl::parse(text);
  } catch (const Error&) {
    // Says nothing of the text: it may be any variable or file, not only what was meant for HotSwap.
    throw Error(ErrorCode::ValidationError, "What the reference to the database leads to is no URL of a database.");
  }
}

execution::RunSettings settingsOf(const MigrateOptions& options) {
  execution::RunSettings settings;
  settings.lockTimeout = durationOr(options.lockTimeout, "--lock-timeout", settings.lockTimeout);
  settings.strongStatementTimeout =
      durationOr(options.statementTimeout, "--statement-timeout", settings.strongStatementTimeout);
  return settings;
}

versioned::Workplace placeOf(const Context& context, const MigrateOptions& options, versioned::Observer& observer,
                             Random& random, const std::stop_token& stop) {
  const DatabaseUrl url = urlOf(options);
  const std::string who = userAtHost();
  versioned::Workplace place{.engine = context.program().engines->of(url.type),
                             .connection = url.connection,
                             .historySchema = options.historySchema,
                             .who = who,
                             .applicationName = applicationNameFor(who, random),
                             .settings = settingsOf(options),
                             .clock = context.shell().clock,
                             .random = random,
                             .observer = observer,
                             .stop = stop};
  place.lockPatience = durationOr(options.wait, "--wait", place.lockPatience);
  return place;
}

}  // namespace

StopOnInterrupt::StopOnInterrupt()
    : watcher_([this](const std::stop_token& ending) {
        SystemClock clock;
        while (clock.waitFor(lookEvery, ending)) {
          if (InterruptScope::requested()) source_.request_stop();
        }
      }) {}

Desk::Desk(const Context& context, const MigrateOptions& options, versioned::Observer& observer)
    : place_(placeOf(context, options, observer, random_, interrupt_.token())) {}

}  // namespace hotswap::cli
