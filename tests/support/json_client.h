#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace hotswap::support {

/// An answer of the service's HTTP API.
struct Answer {
  int status = 0;                              ///< 0: no answer came
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string text;
  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(text); }
};

/// Speaks JSON with the service, one connection kept open. Used by one thread.
class JsonClient {
 public:
  explicit JsonClient(std::string baseUrl);
  JsonClient(const JsonClient&) = delete;
  JsonClient& operator=(const JsonClient&) = delete;
  ~JsonClient();

  void setToken(std::string token) { token_ = std::move(token); }
  /// Logs in and keeps the token; throws std::runtime_error where that is refused.
  void login(const std::string& username, const std::string& password);

  Answer send(const std::string& method, const std::string& path, const nlohmann::json& body = nullptr,
              const std::map<std::string, std::string>& headers = {});
  Answer get(const std::string& path) { return send("GET", path); }
  Answer post(const std::string& path, const nlohmann::json& body) { return send("POST", path, body); }
  /// As send, and throws std::runtime_error with the answer's text unless the status is 2xx.
  nlohmann::json must(const std::string& method, const std::string& path, const nlohmann::json& body = nullptr);

 private:
  std::string baseUrl_;
  std::string token_;
  void* handle_;
};

}  // namespace hotswap::support
