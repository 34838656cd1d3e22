#pragma once
#include <curl/curl.h>

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace hotswap::cli {

/// One HTTP exchange with libcurl, wrapped so that nothing leaks and no exception passes through C. Private to client.
class Transfer {
 public:
  using Receive = std::function<void(std::string_view)>;

  explicit Transfer(Receive receive);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  template <class Value>
  void set(CURLoption option, Value value) {
    require(::curl_easy_setopt(handle_.get(), option, value));
  }
  void addHeader(const std::string& line);
  /// Runs to the end on this thread, asking `goOn` about ten times a second; CURLE_ABORTED_BY_CALLBACK where it said
  /// no.
  CURLcode performWhile(const std::function<bool()>& goOn);

  [[nodiscard]] long status() const;
  /// The value of a header of the answer (name in lower case), empty where it has none.
  [[nodiscard]] std::string header(const std::string& name) const;
  /// libcurl's words about a failure; they hold host and port, never a header or body.
  [[nodiscard]] std::string reason(CURLcode code) const;

 private:
  static void require(CURLcode code);
  static std::size_t onBody(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t onHeader(char* data, std::size_t size, std::size_t count, void* self);
  void rethrow();

  std::unique_ptr<CURL, decltype(&::curl_easy_cleanup)> handle_;
  std::unique_ptr<curl_slist, decltype(&::curl_slist_free_all)> requestHeaders_;
  Receive receive_;
  std::map<std::string, std::string> headers_;
  std::string errorText_;
  std::exception_ptr thrown_;
};

}  // namespace hotswap::cli
