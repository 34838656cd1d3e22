#include "cli/client.h"

#include <fmt/format.h>

#include "cli/interrupt.h"
#include "cli/service_error.h"
#include "cli/service_url.h"
#include "cli/transfer.h"

namespace hotswap::cli {

using nlohmann::json;

namespace {

constexpr long connectTimeoutSeconds = 10;
constexpr std::string_view apiBase = "/api/v1";

bool neverLeft(CURLcode code) {
  return code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY ||
         code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION;
}

Error failureOf(CURLcode code, const Transfer& transfer, const std::string& url, bool isWrite) {
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE) {
    return {ErrorCode::Unavailable,
            fmt::format("the certificate of {} can't be trusted: {}; name the file of its authority with --ca-file",
                        url, transfer.reason(code))};
  }
  if (neverLeft(code)) {
    return {ErrorCode::Unavailable,
            fmt::format("{} can't be reached: {}; is the service running there?", url, transfer.reason(code)),
            {},
            {.retryable = true, .connectionUsable = false}};
  }
  const std::string what = code == CURLE_OPERATION_TIMEDOUT ? "gave no answer in time" : "broke the connection off";
  const std::string doubt =
      isWrite ? "; whether it has done what was asked is not known, so look before trying again" : "";
  return {ErrorCode::Unavailable,
          fmt::format("{} {}: {}{}", url, what, transfer.reason(code), doubt),
          {},
          {.retryable = !isWrite, .connectionUsable = false, .outcomeKnown = !isWrite}};
}

void prepare(Transfer& transfer, const Client::Options& options, const std::string& path) {
  const std::string url = options.url + std::string(apiBase) + path;
  transfer.set(CURLOPT_URL, url.c_str());
  transfer.set(CURLOPT_PROTOCOLS_STR, "http,https");
  transfer.set(CURLOPT_FOLLOWLOCATION, 0L);
  transfer.set(CURLOPT_CONNECTTIMEOUT, connectTimeoutSeconds);
  transfer.set(CURLOPT_SSL_VERIFYPEER, options.insecure ? 0L : 1L);
  transfer.set(CURLOPT_SSL_VERIFYHOST, options.insecure ? 0L : 2L);
  transfer.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.caFile.empty()) transfer.set(CURLOPT_CAINFO, options.caFile.c_str());
  // What listens on this machine is not behind a proxy, whatever the environment says.
  if (isLoopback(options.url)) transfer.set(CURLOPT_PROXY, "");
  const std::string agent = "hotswap/" + options.programVersion;
  transfer.set(CURLOPT_USERAGENT, agent.c_str());
  if (!options.token.empty()) transfer.addHeader("Authorization: Bearer " + options.token);
}

}  // namespace

struct Client::Request {
  std::string method;
  std::string path;
  std::optional<json> body;
  std::string etag;
};

json Answer::document() const {
  json parsed = json::parse(body, nullptr, false);
  if (parsed.is_discarded()) {
    throw Error(ErrorCode::InternalError,
                "the address answered with something that is no JSON; is it the service's URL?");
  }
  return parsed;
}

Client::Client(Options options) : options_(std::move(options)) {
  if (options_.token.find_first_of("\r\n") != std::string::npos) {
    throw Error(ErrorCode::Unauthorized, "the token holds a line break, so it can't be one of HotSwap's");
  }
}

Answer Client::get(const std::string& path) const {
  return send({.method = "GET", .path = path, .body = {}, .etag = {}});
}

Answer Client::post(const std::string& path, const json& body) const {
  return send({.method = "POST", .path = path, .body = body, .etag = {}});
}

Answer Client::put(const std::string& path, const json& body, const std::string& etag) const {
  return send({.method = "PUT", .path = path, .body = body, .etag = etag});
}

Answer Client::remove(const std::string& path) const {
  return send({.method = "DELETE", .path = path, .body = {}, .etag = {}});
}

Answer Client::send(const Request& request) const {
  Answer answer;
  Transfer transfer([&](std::string_view piece) {
    if (answer.body.size() + piece.size() > maxAnswerBytes) {
      throw Error(ErrorCode::InternalError, "the answer is too big to be one of HotSwap's");
    }
    answer.body += piece;
  });
  prepare(transfer, options_, request.path);
  transfer.set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  transfer.set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count() * 1000));
  transfer.addHeader("Accept: application/json");
  std::string body;
  if (request.body) {
    body = request.body->dump();
    transfer.addHeader("Content-Type: application/json");
    // Without this libcurl waits a second for leave to send a big body.
    transfer.addHeader("Expect:");
    transfer.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    transfer.set(CURLOPT_POSTFIELDS, body.c_str());
  }
  if (!request.etag.empty()) transfer.addHeader("If-Match: " + request.etag);

  const CURLcode code = transfer.performWhile([] { return !InterruptScope::requested(); });
  if (code == CURLE_ABORTED_BY_CALLBACK) throw Interrupted("given up");
  answer.status = transfer.status();
  // A service that refuses a big body may close while it is still being sent; its answer counts.
  const bool answeredAnyway = answer.status >= 400 && !answer.body.empty();
  if (code != CURLE_OK && !answeredAnyway) throw failureOf(code, transfer, options_.url, request.method != "GET");
  if (answer.status >= 400) throw ServiceError::from(answer.status, answer.body, transfer.header("retry-after"));
  if (answer.status < 200 || answer.status >= 300) {
    throw Error(ErrorCode::Unavailable,
                fmt::format("{} answered with HTTP status {} instead of doing what was asked; is it the service's URL?",
                            options_.url, answer.status));
  }
  answer.etag = transfer.header("etag");
  return answer;
}

Client::StreamEnd Client::stream(const std::string& path, const std::string& lastEventId,
                                 const StreamHandlers& handlers) const {
  constexpr std::size_t maxRefusalBytes = 1024 * 1024;
  std::string refusal;
  bool connected = false;
  Transfer* current = nullptr;
  const auto noticeConnection = [&] {
    if (connected || current->status() != 200) return;
    const std::string type = current->header("content-type");
    if (type.empty()) return;
    if (!type.starts_with("text/event-stream")) {
      throw Error(ErrorCode::Unavailable,
                  "the address answered with something that is no stream of events; is it the service's URL?");
    }
    connected = true;
    if (handlers.connected) handlers.connected();
  };
  Transfer transfer([&](std::string_view piece) {
    if (current->status() >= 400) {
      if (refusal.size() < maxRefusalBytes) refusal += piece;
      return;
    }
    noticeConnection();
    if (connected) handlers.receive(piece);
  });
  current = &transfer;
  prepare(transfer, options_, path);
  transfer.addHeader("Accept: text/event-stream");
  transfer.addHeader("Cache-Control: no-cache");
  if (!lastEventId.empty()) transfer.addHeader("Last-Event-ID: " + lastEventId);
  transfer.set(CURLOPT_TCP_KEEPALIVE, 1L);
  transfer.set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  transfer.set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(streamSilence.count()));

  const CURLcode code = transfer.performWhile([&] {
    noticeConnection();
    return handlers.goOn();
  });
  if (code == CURLE_ABORTED_BY_CALLBACK) return StreamEnd::Stopped;
  const long status = transfer.status();
  if (status >= 400) throw ServiceError::from(status, refusal, transfer.header("retry-after"));
  if (code != CURLE_OK) throw failureOf(code, transfer, options_.url, false);
  return StreamEnd::Closed;
}

}  // namespace hotswap::cli
