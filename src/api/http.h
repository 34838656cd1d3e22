#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace hotswap::api {

class EventQueue;

/// JSON that goes out; its keys keep the order they were given in.
using Json = nlohmann::ordered_json;
/// JSON that comes in; sorted keys, so that a hostile number of them costs no more than their length.
using JsonInput = nlohmann::json;

using Header = std::pair<std::string, std::string>;

/// A request as the resources see it; knows nothing of sockets.
struct Request {
  std::string method;           ///< upper case; HEAD is handed to resources as GET
  std::string target;           ///< as it came
  std::string path;             ///< of the target, still percent-encoded
  std::vector<Header> query;    ///< decoded, in order
  std::vector<Header> headers;  ///< names in lower case
  std::string body;
  bool hasBody = false;  ///< a body was announced; it may turn out empty
  std::string address;   ///< of the client
  bool secure = false;   ///< came over TLS

  /// The value of a header (name in lower case), nothing where it is absent; the first of several.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

/// A stream of events that follows the header of an answer. `open` is called once, on a worker thread, and fills the
/// queue until what it returned is destroyed.
struct EventStream {
  std::function<std::shared_ptr<void>(const std::shared_ptr<EventQueue>&)> open;
};

struct Response {
  int status = 200;
  std::string contentType;  ///< empty: no body
  std::string body;
  std::vector<Header> headers;
  std::optional<EventStream> stream;  ///< instead of a body
};

/// A JSON answer. Text in it that is no UTF-8 is repaired, never a reason to fail.
Response jsonResponse(int status, const Json& body);
/// `json` as text, in the same forgiving way.
std::string jsonText(const Json& json);

/// Splits a request's target into path and decoded query. Accepts the origin form (`/path?query`) and the absolute form
/// (`http://host/path`); throws Error (ValidationError) for anything else and for broken escapes in the query.
void parseTarget(Request& request);
/// Percent-decodes one part of a path or query; nothing where an escape is broken or the result is no UTF-8 or holds
/// NUL.
std::optional<std::string> percentDecoded(std::string_view text, bool plusIsSpace);

}  // namespace hotswap::api
