#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "db/engine.h"
#include "observe/metrics.h"
#include "orchestrator/orchestrator.h"
#include "secret/token.h"
#include "store/store.h"

namespace hotswap::api {

/// What one client may cost.
struct Limits {
  std::size_t headerBytes = std::size_t{16} * 1024;
  std::size_t bodyBytes = std::size_t{24} * 1024 * 1024;  ///< of calls that carry scripts; others take 64 KiB
  std::size_t connections = 1000;                         ///< at a time; further ones are turned away with 503
  std::size_t connectionsPerAddress = 256;                ///< of one client, at a time; further ones likewise
  Milliseconds headerTimeout{10'000};                     ///< from the first byte of a request to the end of its header
  Milliseconds bodyTimeout{30'000};                       ///< for the body
  Milliseconds idleTimeout{60'000};                       ///< between two requests of a connection
  Milliseconds writeTimeout{60'000};                      ///< for one answer, or one event of a stream
  Milliseconds heartbeat{15'000};                         ///< between two signs of life on an event stream
};

struct ApiSettings {
  /// Where to listen: `http://ADDRESS:PORT` or `https://ADDRESS:PORT`. The address is an IP address (IPv6 in brackets),
  /// `localhost` (127.0.0.1) or `*` (all interfaces); port 0 takes any free one.
  std::vector<std::string> urls{"http://127.0.0.1:5000"};
  std::filesystem::path certificateFile;  ///< PEM, with the chain; needed for https
  std::filesystem::path keyFile;          ///< PEM
  std::filesystem::path swaggerFolder;    ///< the folder of swagger-ui-dist; empty or missing: /swagger says so
  bool metrics = true;                    ///< serve /metrics
  std::size_t ioThreads = 2;
  std::size_t quickWorkers = 4;           ///< threads for work on the store
  std::size_t slowWorkers = 8;            ///< threads for work that waits for target databases or parses
  std::size_t healthWorkers = 4;          ///< threads that ask target databases how they are
  std::size_t controlWorkers = 16;        ///< threads for cancel and rollback, which may wait for executions
  std::size_t loginWorkers = 2;           ///< threads that check passwords, 64 MiB each while they do
  Milliseconds rollbackPatience{30'000};  ///< how long a rollback request waits for the end before it answers 202
  Limits limits;
  ExecutionOptions executionDefaults;  ///< what an execute request doesn't say
};

/// What the API works with; all of it outlives the Api.
struct Services {
  store::Store& store;
  orchestrator::Orchestrator& orchestrator;
  const db::Engines& engines;
  const secret::Tokens& tokens;
  observe::Metrics& metrics;
  Clock& clock;
  Random& random;
  std::string version;
};

/// The HTTP API (service contract, sections 1, 2, 7 and 8): listens, decides who may, calls the floors below, answers
/// in JSON. Owner of its threads. `start` and `stop` are called once each, from one thread.
class Api {
 public:
  Api(ApiSettings settings, Services services);
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;
  /// As `stop` with no grace.
  ~Api();

  /// Takes the addresses, so that nothing but the service itself can fail afterwards; what connects waits until
  /// `start`. Throws Error: ValidationError for a URL that is none or a certificate that can't be used, Unavailable
  /// where an address is taken; the message names it.
  void listen();
  /// Listens, unless `listen` did already, and returns; requests are served from then on. Throws as `listen` does.
  void start();
  /// Takes no more connections, lets requests that are worked on finish and refuses those that still wait for a target
  /// database, ends event streams with an event `shutdown`, and cuts what is still open after `grace`. Returns when no
  /// thread works on a request any more.
  void stop(Milliseconds grace);

  /// The port of the first plain (TLS) listener, 0 where there is none. Valid after `start`.
  [[nodiscard]] int httpPort() const;
  [[nodiscard]] int httpsPort() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hotswap::api
