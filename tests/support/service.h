#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "support/json_client.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace hotswap::support {

/// The real program, `hotswap serve`, on a free loopback port with its data in a temporary folder. User `admin` with
/// `adminPassword`. Everything it prints goes to `output()`, and is searched for secrets when the object goes: one that
/// is found fails the test.
class Service {
 public:
  static constexpr const char* adminPassword = "correct-horse-battery-staple";

  explicit Service(std::map<std::string, std::string> environment = {});

  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service();

  /// Starts the program and waits until it is ready.
  void start();
  /// SIGTERM, then waits for the end; returns the exit status.
  int stop();
  void kill9();

  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::filesystem::path dataFolder() const { return folder_.path() / "data"; }
  [[nodiscard]] std::filesystem::path output() const { return folder_.path() / "output.log"; }
  [[nodiscard]] std::string outputText() const;
  [[nodiscard]] ServerProcess& process() { return *process_; }
  /// A client that is logged in as admin.
  [[nodiscard]] std::unique_ptr<JsonClient> admin() const;

  /// The program that was built with the tests.
  static std::filesystem::path program();

 private:
  TemporaryFolder folder_;
  std::map<std::string, std::string> environment_;
  int port_ = 0;
  std::unique_ptr<ServerProcess> process_;
};

}  // namespace hotswap::support
