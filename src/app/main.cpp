#include <csignal>
#include <map>
#include <string>
#include <vector>

#include "app/configuration.h"
#include "app/service.h"
#include "base/error.h"
#include "cli/cli.h"
#include "cli/service_error.h"
#include "db/postgres/postgres_engine.h"
#include "db/sqlite/sqlite_engine.h"

namespace {

int serve(const hotswap::cli::ServeOptions& options, const std::map<std::string, std::string>& environment) {
  std::map<std::string, std::string> flags;
  std::string urls;
  for (const std::string& url : options.urls) urls += (urls.empty() ? "" : ";") + url;
  if (!options.urls.empty()) flags["Urls"] = urls;
  if (options.dataFolder) flags["Data__Folder"] = options.dataFolder->string();
  if (options.logLevel) flags["Log__Level"] = *options.logLevel;
  hotswap::app::blockStopSignals();
  try {
    return hotswap::app::runService(hotswap::app::readConfiguration(options.configFile, environment, flags),
                                    environment);
  } catch (const hotswap::Error& error) {
    // What the service was told is wrong, wherever it was told: as wrong as an option that doesn't exist.
    if (error.code() != hotswap::ErrorCode::ValidationError) throw;
    throw hotswap::cli::WrongUse(error.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  // A client that goes away must be an error of its connection, not the end of the program.
  std::signal(SIGPIPE, SIG_IGN);
  // Likewise a file that may not grow (ulimit -f): an error of the write, which says so.
  std::signal(SIGXFSZ, SIG_IGN);
  const hotswap::cli::Shell shell = hotswap::cli::processShell();
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  hotswap::db::Engines engines;
  engines.add(hotswap::db::postgres::makeEngine());
  engines.add(hotswap::db::sqlite::makeEngine());
  return hotswap::cli::run(
      arguments, shell,
      {.version = HOTSWAP_VERSION,
       .serve = [&shell](const hotswap::cli::ServeOptions& options) { return serve(options, shell.variables); },
       .engines = &engines});
}
