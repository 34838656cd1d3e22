#include "support/json_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <stdexcept>

#include "base/text.h"
#include "support/secrets.h"

namespace hotswap::support {

namespace {

std::size_t takeBody(char* data, std::size_t size, std::size_t count, void* answer) {
  static_cast<Answer*>(answer)->text.append(data, size * count);
  return size * count;
}

std::size_t takeHeader(char* data, std::size_t size, std::size_t count, void* answer) {
  const std::string line(data, size * count);
  if (const auto colon = line.find(':'); colon != std::string::npos) {
    static_cast<Answer*>(answer)->headers[toLower(line.substr(0, colon))] = std::string(trim(line.substr(colon + 1)));
  }
  return size * count;
}

}  // namespace

JsonClient::JsonClient(std::string baseUrl) : baseUrl_(std::move(baseUrl)), handle_(curl_easy_init()) {}

JsonClient::~JsonClient() { curl_easy_cleanup(handle_); }

void JsonClient::login(const std::string& username, const std::string& password) {
  token_.clear();
  token_ = must("POST", "/api/v1/authentication/login", {{"username", username}, {"password", password}}).at("token");
}

Answer JsonClient::send(const std::string& method, const std::string& path, const nlohmann::json& body,
                        const std::map<std::string, std::string>& headers) {
  Answer answer;
  const std::string url = baseUrl_ + path;
  const std::string text = body.is_null() ? "" : body.dump();
  curl_slist* list = nullptr;
  if (!body.is_null()) list = curl_slist_append(list, "Content-Type: application/json");
  if (!token_.empty()) list = curl_slist_append(list, ("Authorization: Bearer " + token_).c_str());
  for (const auto& [name, value] : headers) list = curl_slist_append(list, (name + ": " + value).c_str());
  curl_easy_reset(handle_);
  curl_easy_setopt(handle_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT, 60L);
  if (!body.is_null() || method == "POST") {
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, text.c_str());
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE, static_cast<long>(text.size()));
  }
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, takeBody);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, takeHeader);
  curl_easy_setopt(handle_, CURLOPT_HEADERDATA, &answer);
  if (curl_easy_perform(handle_) == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
  }
  curl_slist_free_all(list);
  expectNoSecretIn(answer.text, "the answer to " + method + " " + path);
  return answer;
}

nlohmann::json JsonClient::must(const std::string& method, const std::string& path, const nlohmann::json& body) {
  const Answer answer = send(method, path, body);
  if (answer.status < 200 || answer.status > 299) {
    throw std::runtime_error(method + " " + path + " answered " + std::to_string(answer.status) + ": " + answer.text);
  }
  return answer.text.empty() ? nlohmann::json() : answer.json();
}

}  // namespace hotswap::support
