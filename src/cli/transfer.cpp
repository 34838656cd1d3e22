#include "cli/transfer.h"

#include <fmt/format.h>

#include <new>
#include <utility>

#include "base/error.h"
#include "base/text.h"

namespace hotswap::cli {

namespace {

constexpr int tickMilliseconds = 100;

void initialiseOnce() {
  static const CURLcode result = ::curl_global_init(CURL_GLOBAL_DEFAULT);
  if (result != CURLE_OK) throw Error(ErrorCode::InternalError, "the HTTP library could not be started");
}

}  // namespace

Transfer::Transfer(Receive receive)
    : handle_(nullptr, &::curl_easy_cleanup),
      requestHeaders_(nullptr, &::curl_slist_free_all),
      receive_(std::move(receive)),
      errorText_(CURL_ERROR_SIZE, '\0') {
  initialiseOnce();
  handle_.reset(::curl_easy_init());
  if (!handle_) throw std::bad_alloc();
  set(CURLOPT_ERRORBUFFER, errorText_.data());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_WRITEFUNCTION, &Transfer::onBody);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_HEADERFUNCTION, &Transfer::onHeader);
  set(CURLOPT_HEADERDATA, this);
}

void Transfer::require(CURLcode code) {
  if (code != CURLE_OK) {
    throw Error(ErrorCode::InternalError,
                fmt::format("the HTTP library refused a setting: {}", ::curl_easy_strerror(code)));
  }
}

void Transfer::addHeader(const std::string& line) {
  curl_slist* extended = ::curl_slist_append(requestHeaders_.get(), line.c_str());
  if (extended == nullptr) throw std::bad_alloc();
  static_cast<void>(requestHeaders_.release());
  requestHeaders_.reset(extended);
  set(CURLOPT_HTTPHEADER, extended);
}

CURLcode Transfer::performWhile(const std::function<bool()>& goOn) {
  const std::unique_ptr<CURLM, decltype(&::curl_multi_cleanup)> multi(::curl_multi_init(), &::curl_multi_cleanup);
  if (!multi || ::curl_multi_add_handle(multi.get(), handle_.get()) != CURLM_OK) throw std::bad_alloc();
  const auto leave = [&] { ::curl_multi_remove_handle(multi.get(), handle_.get()); };
  const std::unique_ptr<void, std::function<void(void*)>> guard(this, [&](void*) { leave(); });
  while (true) {
    int running = 0;
    if (::curl_multi_perform(multi.get(), &running) != CURLM_OK) return CURLE_RECV_ERROR;
    rethrow();
    if (running == 0) break;
    if (!goOn()) return CURLE_ABORTED_BY_CALLBACK;
    ::curl_multi_poll(multi.get(), nullptr, 0, tickMilliseconds, nullptr);
  }
  int left = 0;
  const CURLMsg* message = ::curl_multi_info_read(multi.get(), &left);
  return message != nullptr && message->msg == CURLMSG_DONE ? message->data.result : CURLE_RECV_ERROR;
}

long Transfer::status() const {
  long status = 0;
  ::curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  return status;
}

std::string Transfer::header(const std::string& name) const {
  const auto found = headers_.find(name);
  return found == headers_.end() ? std::string() : found->second;
}

std::string Transfer::reason(CURLcode code) const {
  const std::string words = errorText_.substr(0, errorText_.find('\0'));
  return words.empty() ? ::curl_easy_strerror(code) : words;
}

std::size_t Transfer::onBody(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    transfer.receive_(std::string_view(data, size * count));
    return size * count;
  } catch (...) {
    transfer.thrown_ = std::current_exception();
    return 0;
  }
}

std::size_t Transfer::onHeader(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    const std::string_view line(data, size * count);
    // A new status line begins the headers of another answer (100 Continue comes before the real one).
    if (line.starts_with("HTTP/")) transfer.headers_.clear();
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) {
      transfer.headers_[toLower(trim(line.substr(0, colon)))] = std::string(trim(line.substr(colon + 1)));
    }
    return size * count;
  } catch (...) {
    transfer.thrown_ = std::current_exception();
    return 0;
  }
}

void Transfer::rethrow() {
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

}  // namespace hotswap::cli
