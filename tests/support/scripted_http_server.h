#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace hotswap::support {

/// An HTTP server on a free loopback port that answers as a test has written down. Each connection carries one request.
/// Thread-safe.
class ScriptedHttpServer {
 public:
  struct Request {
    std::string method;
    std::string target;                          ///< path and query as they came
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;
    [[nodiscard]] std::string header(const std::string& name) const;
  };

  struct Reply {
    int status = 200;
    std::string body;
    std::string contentType = "application/json";
    std::map<std::string, std::string> headers;
    std::vector<std::string> pieces;  ///< not empty: a chunked body, each piece sent by itself
    bool cut = false;                 ///< break the connection instead of ending the body
    bool hold = false;                ///< send what there is, then say nothing until the client or the server goes
    std::function<void()> meanwhile;  ///< called after everything is sent and before the end
  };

  ScriptedHttpServer();
  ScriptedHttpServer(const ScriptedHttpServer&) = delete;
  ScriptedHttpServer& operator=(const ScriptedHttpServer&) = delete;
  ~ScriptedHttpServer();

  /// Adds a reply for a method and path (without its query). Several for one path are given in turn, the last of them
  /// from then on. What is not scripted is answered with 404 and no JSON.
  void on(const std::string& method, const std::string& path, Reply reply);

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// Everything that was asked so far, in order.
  [[nodiscard]] std::vector<Request> requests() const;
  /// The requests with a method and path (without its query).
  [[nodiscard]] std::vector<Request> requests(const std::string& method, const std::string& path) const;

  /// No longer listens; new connections are refused and those open are broken. `listen` begins again on the same port.
  void close();
  void listen();

 private:
  void accept(int listener);
  void serve(int client);
  Reply replyFor(const Request& request);

  mutable std::mutex mutex_;
  std::map<std::string, std::vector<Reply>> script_;
  std::vector<Request> requests_;
  std::vector<int> clients_;
  std::vector<std::thread> workers_;
  std::thread acceptor_;
  std::mutex closing_;  ///< of listener_ and acceptor_: a reply may close the server, too
  int listener_ = -1;
  int port_ = 0;
};

}  // namespace hotswap::support
