#include "app/configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <set>

#include "app/configuration_file.h"
#include "base/text.h"
#include "base/time_text.h"

namespace hotswap::app {

namespace {

[[noreturn]] void wrong(const std::string& what) { throw Error(ErrorCode::ValidationError, what); }

double numberOf(const std::string& text, double least, double most) {
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size() || !(value >= least && value <= most)) {
    wrong(fmt::format("must be a number from {} to {}", least, most));
  }
  return value;
}

int wholeNumberOf(const std::string& text, int least, int most) {
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    wrong(fmt::format("must be a whole number from {} to {}", least, most));
  }
  return value;
}

Milliseconds durationOf(const std::string& text, Milliseconds least, Milliseconds most) {
  const auto duration = parseIsoDuration(text);
  if (!duration || *duration < least || *duration > most) {
    wrong(
        fmt::format("must be an ISO 8601 duration (PT30S, PT5M) from {} to {}", toHumanText(least), toHumanText(most)));
  }
  return *duration;
}

std::string oneOf(const std::string& text, std::initializer_list<const char*> choices) {
  if (std::ranges::find(choices, text) == choices.end())
    wrong(fmt::format("must be one of {}", fmt::join(choices, ", ")));
  return text;
}

std::vector<std::string> urlsOf(const std::string& text) {
  std::vector<std::string> urls;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find(';', from), text.size());
    const std::string url(trim(std::string_view(text).substr(from, to - from)));
    if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://")) {
      wrong("must be addresses such as http://127.0.0.1:5000, separated by ;");
    }
    if (!url.empty()) urls.push_back(url);
    from = to + 1;
  }
  if (urls.empty()) wrong("must name at least one address such as http://127.0.0.1:5000");
  return urls;
}

ConfigurationKey seconds(const char* name, const char* description, Seconds WatchSettings::*field, double least,
                         double most) {
  return {name, description, [=](Configuration& c, const std::string& text) {
            c.execution.watch.*field = Seconds(numberOf(text, least, most));
          }};
}

ConfigurationKey runDuration(const char* name, const char* description, Milliseconds execution::RunSettings::*field) {
  return {name, description, [=](Configuration& c, const std::string& text) {
            c.run.*field = durationOf(text, Milliseconds(10), std::chrono::hours(2));
          }};
}

std::vector<ConfigurationKey> makeKeys() {
  using Text = const std::string&;
  return {
      {"Urls", "Addresses to listen on, separated by ; (http://127.0.0.1:5000). https:// needs Tls__CertificateFile.",
       [](Configuration& c, Text t) { c.urls = urlsOf(t); }},
      {"Data__Folder", "Folder of the store, the keys and the lock file (data).",
       [](Configuration& c, Text t) {
         if (t.empty()) wrong("must name a folder");
         c.dataFolder = t;
       }},
      {"Tls__CertificateFile", "PEM file with the certificate chain for https addresses.",
       [](Configuration& c, Text t) { c.certificateFile = t; }},
      {"Tls__KeyFile", "PEM file with the certificate's private key.", [](Configuration& c, Text t) { c.keyFile = t; }},
      {"Swagger__Folder", "Folder with the files of swagger-ui-dist for the page /swagger.",
       [](Configuration& c, Text t) { c.swaggerFolder = t; }},
      {"Metrics__Enabled", "true or false: whether /metrics is served, to anyone who can reach it (true).",
       [](Configuration& c, Text t) {
         c.metrics = oneOf(t, {"true", "false"}) == "true";
       }},
      {"Http__ConnectionsPerAddress",
       "How many connections one client address may have open; further ones are turned away with 503 (256, at most "
       "1000, which is the limit of all together). A reverse proxy counts as one address, and so does an IPv6 /64.",
       [](Configuration& c, Text t) { c.connectionsPerAddress = static_cast<std::size_t>(wholeNumberOf(t, 1, 1000)); }},
      {"Log__Level", "debug, info, warning or error (info).",
       [](Configuration& c, Text t) {
         c.logLevel = oneOf(t, {"debug", "info", "warning", "error"});
       }},
      {"Log__Format", "auto, json or text; auto is text on a terminal and json elsewhere (auto).",
       [](Configuration& c, Text t) {
         c.logFormat = oneOf(t, {"auto", "json", "text"});
       }},
      {"JWT__Secret", "Key that signs tokens, at least 32 bytes; without it one is made and kept in the data folder.",
       [](Configuration& c, Text t) {
         if (t.size() < 32) wrong("must have at least 32 bytes");
         c.jwtSecret = t;
       }},
      {"JWT__ExpirationMinutes", "How long a token is good, in minutes (60).",
       [](Configuration& c, Text t) { c.jwtExpirationMinutes = wholeNumberOf(t, 1, 10'080); }},
      {"Migration__MaxConcurrentExecutions", "How many executions run at once over all databases (10).",
       [](Configuration& c, Text t) {
         c.maxConcurrentExecutions = static_cast<std::size_t>(wholeNumberOf(t, 1, 100));
       }},
      {"Migration__DefaultExecutionTimeout",
       "How long an execution may take unless its request says otherwise (PT30M, at most PT2H).",
       [](Configuration& c, Text t) {
         c.execution.timeout = durationOf(t, std::chrono::seconds(1), std::chrono::hours(2));
       }},
      {"Migration__ShutdownPatience",
       "How long a stopping service waits for running statements before it cancels them (PT1M).",
       [](Configuration& c, Text t) { c.shutdownPatience = durationOf(t, Milliseconds(0), std::chrono::hours(2)); }},
      {"Migration__WayBackTimeout",
       "How long a way back may take before it is broken off and the execution ends as Failed (PT10M).",
       [](Configuration& c, Text t) {
         c.wayBackTimeout = durationOf(t, std::chrono::seconds(1), std::chrono::hours(24));
       }},
      runDuration("Migration__LockTimeout",
                  "How long a statement waits for its locks before it steps back and retries (PT5S).",
                  &execution::RunSettings::lockTimeout),
      runDuration("Migration__StrongStatementTimeout", "How long a statement that blocks others may run (PT30S).",
                  &execution::RunSettings::strongStatementTimeout),
      runDuration("Migration__LongestBlocking",
                  "How long a session of the application may be blocked before the attempt is broken off (PT5S).",
                  &execution::RunSettings::longestBlocking),
      seconds("Monitoring__PrimarySeconds", "How long the primary is watched after the change, in seconds (120).",
              &WatchSettings::primary, 0, 86'400),
      seconds("Monitoring__BaselineSeconds", "How long is measured before the change, in seconds (10).",
              &WatchSettings::baseline, 1, 600),
      seconds("Monitoring__LockWaitSeconds", "A wait for a lock that counts as a breach, in seconds (5).",
              &WatchSettings::lockWait, 0.1, 3600),
      seconds("Monitoring__LagSeconds", "Replication lag that counts as too much, in seconds (60).",
              &WatchSettings::lag, 1, 86'400),
      seconds("Monitoring__WindowSeconds", "How long a breach has to hold, in seconds (5).", &WatchSettings::window, 1,
              600),
      {"Monitoring__LatencyFactor", "A latency over this many times the baseline counts as a breach (1.5).",
       [](Configuration& c, Text t) { c.execution.watch.latencyFactor = numberOf(t, 1.01, 1000); }},
      {"Monitoring__CpuPercent", "CPU use that counts as a breach when it lasts two minutes (90).",
       [](Configuration& c, Text t) { c.execution.watch.cpuPercent = numberOf(t, 1, 100); }},
  };
}

/// Levenshtein's distance, for suggestions.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

/// The sections that are HotSwap's own, so that a misspelt variable in one of them is noticed.
std::set<std::string> sections() {
  std::set<std::string> result;
  for (const ConfigurationKey& key : configurationKeys()) {
    if (const std::size_t end = key.name.find("__"); end != std::string::npos)
      result.insert(key.name.substr(0, end + 2));
  }
  return result;
}

/// The key whose name is the least changes of a letter away, nothing where that are more than `most`.
const ConfigurationKey* nearestKey(const std::string& name, std::size_t most) {
  const auto distanceTo = [&](const ConfigurationKey& one) { return distance(toLower(one.name), toLower(name)); };
  const auto nearest = std::ranges::min_element(configurationKeys(), {}, distanceTo);
  return distanceTo(*nearest) <= most ? &*nearest : nullptr;
}

[[noreturn]] void wrongKey(const std::string& name, const std::string& source) {
  if (sections().contains(name + "__")) wrong(fmt::format("{}: {} is a section; its keys go below it.", source, name));
  const ConfigurationKey* const meant = nearestKey(name, name.size() / 2);
  const std::string hint = meant != nullptr ? fmt::format(" Did you mean {}?", meant->name) : std::string();
  wrong(fmt::format("{}: there is no key {}.{}", source, oneLine(name, 128), hint));
}

/// Whether `readConfiguration` takes the variable, or refuses it.
bool isOwn(const std::string& name) {
  const std::set<std::string> own = sections();
  return name == "Urls" ||
         std::ranges::any_of(own, [&](const std::string& section) { return name.starts_with(section); });
}

/// `Section__Key`, each beginning with a capital and not written in capitals throughout, as no other usual style has
/// it.
bool hasOwnStyle(const std::string& name) {
  const auto isCapital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto isSmall = [](char c) { return c >= 'a' && c <= 'z'; };
  const std::size_t end = name.find("__");
  if (end == std::string::npos || end == 0 || end + 2 >= name.size()) return false;
  return isCapital(name[0]) && isCapital(name[end + 2]) && std::ranges::any_of(name.substr(end), isSmall) &&
         std::ranges::all_of(name, [&](char c) { return isCapital(c) || isSmall(c) || c == '_'; });
}

void setKey(Configuration& configuration, const std::string& name, const std::optional<std::string>& value,
            const std::string& source) {
  const auto& keys = configurationKeys();
  const auto key = std::ranges::find(keys, name, &ConfigurationKey::name);
  if (key == keys.end()) wrongKey(name, source);
  try {
    if (!value) wrong("has no value");
    key->set(configuration, *value);
  } catch (const Error& error) {
    wrong(fmt::format("{}: {} {}.", source, name, error.what()));
  }
}

}  // namespace

const std::vector<ConfigurationKey>& configurationKeys() {
  static const std::vector<ConfigurationKey> keys = makeKeys();
  return keys;
}

Configuration readConfiguration(const std::optional<std::filesystem::path>& file,
                                const std::map<std::string, std::string>& environment,
                                const std::map<std::string, std::string>& flags) {
  Configuration configuration;
  const std::set<std::string> own = sections();
  if (file) {
    for (const FileEntry& entry : readConfigurationFile(*file)) {
      // A section whose keys are all commented out.
      if (!entry.value && own.contains(entry.name + "__")) continue;
      setKey(configuration, entry.name, entry.value, file->string());
    }
  }
  for (const auto& variable : environment) {
    if (isOwn(variable.first)) setKey(configuration, variable.first, variable.second, "environment");
  }
  for (const auto& [name, value] : flags) setKey(configuration, name, value, "command line");
  return configuration;
}

std::vector<std::string> misspeltVariables(const std::map<std::string, std::string>& environment) {
  static const std::set<std::string> known{"HOTSWAP_ADMIN_PASSWORD", "HOTSWAP_MASTER_KEY", "HOTSWAP_URL",
                                           "HOTSWAP_TOKEN",          "HOTSWAP_PASSWORD",   "HOTSWAP_CONNECTION"};
  // Kubernetes sets HOTSWAP_PORT and the like in every container beside a service of that name: only what is near
  // counts.
  constexpr std::size_t near = 3;
  std::vector<std::string> warnings;
  for (const auto& variable : environment) {
    const std::string name = variable.first;
    const ConfigurationKey* const key = isOwn(name) ? nullptr : nearestKey(name, name.size() / 6);
    if (!isOwn(name) && (hasOwnStyle(name) || key != nullptr)) {
      warnings.push_back(fmt::format("The environment variable {} means nothing to HotSwap{}", oneLine(name, 128),
                                     key != nullptr ? fmt::format("; did you mean {}?", key->name) : "."));
    }
    if (!toLower(name).starts_with("hotswap_") || known.contains(name)) continue;
    for (const char* const meant : {"HOTSWAP_ADMIN_PASSWORD", "HOTSWAP_MASTER_KEY"}) {
      if (distance(toLower(name), toLower(meant)) > near) continue;
      warnings.push_back(fmt::format("The environment variable {} means nothing to HotSwap; did you mean {}?",
                                     oneLine(name, 128), meant));
    }
  }
  return warnings;
}

}  // namespace hotswap::app
