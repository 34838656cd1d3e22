#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace hotswap::cli {

/// A successful answer of the service.
struct Answer {
  long status = 200;
  std::string body;  ///< as it came, empty for 204
  std::string etag;  ///< empty where there was none

  /// The body as JSON; throws Error where it is none.
  [[nodiscard]] nlohmann::json document() const;
};

/// Speaks with one service: JSON in and out, bearer token, certificates checked, redirects not followed (a token goes
/// to no other address). Every call throws ServiceError where the service refuses and Error (Unavailable) where it
/// can't be reached; an Error after which the outcome of a write is unknown says so in its recovery and its sentence.
/// Inside an InterruptScope every call ends early with Interrupted after Ctrl-C. For one thread.
class Client {
 public:
  struct Options {
    std::string url;             ///< normalised, without `/api/v1`
    std::string token;           ///< empty: none is sent
    std::string caFile;          ///< certificates to trust instead of the system's; empty: the system's
    bool insecure = false;       ///< don't check the service's certificate
    Seconds timeout{60};         ///< of one call; streams have none
    std::string programVersion;  ///< for the User-Agent
  };

  /// Answers bigger than this are refused, in bytes.
  static constexpr std::size_t maxAnswerBytes = std::size_t{256} * 1024 * 1024;
  /// A stream on which nothing at all comes for so long counts as broken.
  static constexpr Seconds streamSilence{60};

  explicit Client(Options options);

  [[nodiscard]] const std::string& url() const { return options_.url; }

  /// `path` begins after `/api/v1`, its parts escaped.
  [[nodiscard]] Answer get(const std::string& path) const;
  Answer post(const std::string& path, const nlohmann::json& body) const;
  /// `etag`: what If-Match is to say; empty: nothing.
  Answer put(const std::string& path, const nlohmann::json& body, const std::string& etag) const;
  Answer remove(const std::string& path) const;

  enum class StreamEnd {
    Closed,   ///< the service ended the stream
    Stopped,  ///< `goOn` said so
  };
  struct StreamHandlers {
    std::function<void()> connected;                ///< once, when the service has accepted
    std::function<void(std::string_view)> receive;  ///< the bytes as they come
    std::function<bool()> goOn;                     ///< asked about ten times a second; false ends the stream
  };
  /// Opens a stream of server-sent events and stays on it. `lastEventId`: of the last event seen, empty for none.
  /// Throws what a handler throws, and Error where the connection breaks.
  StreamEnd stream(const std::string& path, const std::string& lastEventId, const StreamHandlers& handlers) const;

 private:
  struct Request;
  Answer send(const Request& request) const;

  Options options_;
};

}  // namespace hotswap::cli
