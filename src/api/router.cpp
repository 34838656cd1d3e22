#include "api/router.h"

#include <algorithm>

namespace hotswap::api {

namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    path.remove_prefix(1);  // the leading slash
    const std::size_t end = std::min(path.find('/'), path.size());
    parts.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

bool isParameter(std::string_view part) { return part.size() > 2 && part.front() == '{' && part.back() == '}'; }

std::optional<PathParameters> matched(std::string_view pathTemplate, const std::vector<std::string_view>& parts) {
  const std::vector<std::string_view> wanted = split(pathTemplate);
  if (wanted.size() != parts.size()) return std::nullopt;
  PathParameters parameters;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!isParameter(wanted[i])) {
      if (wanted[i] != parts[i]) return std::nullopt;
      continue;
    }
    auto value = percentDecoded(parts[i], false);
    if (!value || value->empty()) return std::nullopt;
    parameters.emplace(wanted[i].substr(1, wanted[i].size() - 2), std::move(*value));
  }
  return parameters;
}

}  // namespace

std::optional<std::string> Call::query(std::string_view name) const {
  for (const auto& [candidate, value] : request.query) {
    if (candidate == name) return value;
  }
  return std::nullopt;
}

RouteTable::Match RouteTable::find(std::string_view method, std::string_view path) const {
  Match match;
  if (!path.starts_with('/')) return match;
  const std::vector<std::string_view> parts = split(path);
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes_) {
    auto parameters = matched(route.path, parts);
    if (!parameters) continue;
    match.allowed.push_back(route.method);
    if (route.method == "GET") match.allowed.emplace_back("HEAD");
    if (route.method != wanted || match.route != nullptr) continue;
    match.route = &route;
    match.path = std::move(*parameters);
  }
  return match;
}

}  // namespace hotswap::api
