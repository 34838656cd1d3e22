#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http.h"
#include "domain/user.h"

namespace hotswap::api {

/// On which threads a route's work is done.
enum class Work {
  Quick,     ///< the store, files
  Slow,      ///< target databases, large scripts
  Health,    ///< asking target databases how they are: whoever may read may ask, so it must hold up nothing else
  Control,   ///< stopping and undoing executions: nothing else may stand in the way, and it may wait for them
  Password,  ///< checking or making password hashes
};

using PathParameters = std::map<std::string, std::string, std::less<>>;

/// A request that has found its route and may take it.
struct Call {
  const Request& request;
  const PathParameters& path;
  const Actor& actor;

  [[nodiscard]] const std::string& parameter(std::string_view name) const { return path.find(name)->second; }
  /// The value of a query parameter; the dispatcher has seen to it that it is there once at most.
  [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
};

using Handler = std::function<Response(const Call&)>;

/// A query parameter or header that a route takes.
struct ParameterFacts {
  std::string name;
  std::string description;
  std::string type = "string";       ///< `string`, `integer`, `date-time`
  std::vector<std::string> choices;  ///< the texts allowed, empty for any
};

/// One answer a route gives when all is well.
struct AnswerFacts {
  int status = 200;
  std::string description;
  std::string schema;                            ///< name of a schema, empty where there is no JSON body
  std::string contentType = "application/json";  ///< empty: no body
};

constexpr std::size_t smallBody = std::size_t{64} * 1024;

/// One line of the API: what is called, who may, what is done, and what its documentation says.
struct Route {
  std::string method;
  std::string path;                      ///< template, e.g. `/api/v1/migrations/{id}`
  std::optional<Permission> permission;  ///< nothing: open to everybody
  Work work = Work::Quick;
  std::string operationId;
  std::string tag;
  std::string summary;
  std::string requestSchema;          ///< empty: takes no body
  bool bodyOptional = false;          ///< an empty body counts as `{}`
  std::size_t bodyLimit = smallBody;  ///< bytes
  std::vector<ParameterFacts> query;
  std::vector<ParameterFacts> headers;
  std::vector<AnswerFacts> answers;
  Handler handle;
};

/// The table of routes: the server finds its way by it, and the OpenAPI document is made from it.
class RouteTable {
 public:
  void add(Route route) { routes_.push_back(std::move(route)); }
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

  struct Match {
    const Route* route = nullptr;
    PathParameters path;
    std::vector<std::string> allowed;  ///< the methods the path knows; empty where it is unknown
  };
  /// Finds the route for a method (HEAD counts as GET) and a path as it came. Linear in the number of routes. A part
  /// that doesn't decode to text matches no route. Pointers stay good while nothing is added.
  [[nodiscard]] Match find(std::string_view method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace hotswap::api
