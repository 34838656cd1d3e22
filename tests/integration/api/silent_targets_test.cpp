// Targets that accept connections and never answer hold up those who ask for their health, and nobody else.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <list>
#include <stdexcept>

#include "integration/api/resources_fixture.h"
#include "support/eventually.h"
#include "support/raw_http.h"

namespace hotswap::support {
namespace {

/// The system takes connections in on a port, and nobody ever says a word.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, generic, length) != 0 || ::listen(socket_, 200) != 0 ||
        ::getsockname(socket_, generic, &length) != 0) {
      throw std::runtime_error("no port for a silent server");
    }
    port_ = ntohs(address.sin_port);
  }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  ~SilentServer() { ::close(socket_); }

  [[nodiscard]] int port() const { return port_; }
  /// Whether somebody has connected.
  [[nodiscard]] bool isAsked() const {
    pollfd event{.fd = socket_, .events = POLLIN, .revents = 0};
    return ::poll(&event, 1, 0) == 1;
  }

 private:
  int socket_;
  int port_ = 0;
};

class SilentTargets : public Resources {
 protected:
  void addSilent(const std::string& name) {
    json body = database(name);
    body["masterConnectionString"] =
        fmt::format("Host=127.0.0.1;Port={};Database=app;Username=app;Password=hidden-database-pw", silent_.port());
    add("databases", body);
  }
  void askForHealth(const std::string& name) {
    asked_.emplace_back(server_.port())
        .send(fmt::format("GET /api/v1/databases/{}/health HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n",
                          name, server_.token(Role::Viewer)));
  }
  std::string submitted() {
    add("migrations", migration("one", "shop"));
    return admin_->must("POST", "/api/v1/migrations/one/execute", json::object())["executionId"];
  }

  SilentServer silent_;
  std::list<RawConnection> asked_;
};

TEST_F(SilentTargets, DoNotStandInTheWayOfARollback) {
  addSilent("shop");
  const std::string id = submitted();
  // More than all queues hold.
  for (int i = 0; i < 80; ++i) askForHealth("shop");
  EXPECT_TRUE(eventually([&] { return silent_.isAsked(); }));
  EXPECT_EQ(asked_.back().answer()->status, 503) << "the queue is full";
  const Answer undone = admin_->post("/api/v1/executions/" + id + "/rollback", {{"reason", "not now"}});
  EXPECT_EQ(undone.status, 200) << undone.text;
  EXPECT_EQ(asked_.front().answer()->status, 200);
}

TEST_F(SilentTargets, AreAskedOnce_HoweverManyWantToKnow) {
  addSilent("shop");
  for (int i = 0; i < 20; ++i) askForHealth("shop");
  std::string first;
  for (RawConnection& connection : asked_) {
    const auto answer = connection.answer();
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->status, 200) << answer->body;
    if (first.empty()) first = answer->body;
    EXPECT_EQ(answer->body, first);
  }
  EXPECT_EQ(json::parse(first)["status"], "Unhealthy");
}

TEST_F(SilentTargets, AreNoLongerWaitedFor_WhenTheServiceEnds) {
  addSilent("shop");
  const HealthStatus before = server_.store.databases().find("shop").health;
  askForHealth("shop");
  EXPECT_TRUE(eventually([&] { return silent_.isAsked(); }));
  server_.server->stop(std::chrono::seconds(60));
  const auto answer = asked_.front().answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503) << "the connection would have been given up after 5 s, and a health reported";
  EXPECT_EQ(server_.store.databases().find("shop").health, before) << "nothing is known of it";
}

TEST_F(SilentTargets, DoNotHoldUpTheEndOfTheService) {
  for (int i = 0; i < 20; ++i) addSilent(fmt::format("shop_{}", i));
  for (int i = 0; i < 20; ++i) askForHealth(fmt::format("shop_{}", i));
  EXPECT_TRUE(eventually([&] { return silent_.isAsked(); }));
  server_.server->stop(std::chrono::seconds(60));
  int workedOff = 0;
  for (RawConnection& connection : asked_) {
    // A request that had not been read yet gets no answer at all.
    const auto answer = connection.answer();
    if (answer && answer->status != 503) ++workedOff;
  }
  EXPECT_LE(workedOff, 10) << "each of them takes 5 s";
}

}  // namespace
}  // namespace hotswap::support
