#pragma once
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hotswap::support {

/// A TCP port of the loopback interface that nobody listens on at the moment.
int freePort();

/// A program started by a test. It dies with the test process, however that ends.
class ServerProcess {
 public:
  struct Options {
    std::vector<std::string> command;                ///< program and arguments
    std::map<std::string, std::string> environment;  ///< in addition to the test's own
    std::filesystem::path output;                    ///< where standard output and error go; appended
    bool asServerUser = false;  ///< when the test runs as root, run as the unprivileged server user
    int deathSignal = 9;        ///< sent to it when the test dies
  };

  explicit ServerProcess(Options options);
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  /// Kills it if it still runs.
  ~ServerProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number) const;
  /// Waits for the end; the exit status (128 + signal number after a signal), nothing when the deadline passes.
  std::optional<int> wait(std::chrono::milliseconds deadline);
  [[nodiscard]] bool running();

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
};

/// Runs a program to its end and returns its exit status and what it printed (both streams).
struct Finished {
  int status = 0;
  std::string output;
};
Finished runProgram(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment = {},
                    bool asServerUser = false);

/// Gives a folder to the user that servers run as. Does nothing when the tests don't run as root.
void giveToServerUser(const std::filesystem::path& folder);

}  // namespace hotswap::support
