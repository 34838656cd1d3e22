#include "support/server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "support/temporary_folder.h"

namespace hotswap::support {

namespace {

/// The unprivileged account that servers run as when the tests run as root.
const passwd& serverUser() {
  static const passwd* user = [] {
    const passwd* found = getpwnam("postgres");
    return found != nullptr ? found : getpwnam("nobody");
  }();
  if (user == nullptr) throw std::runtime_error("there is neither a user postgres nor nobody to run servers as");
  return *user;
}

std::vector<std::string> environmentWith(const std::map<std::string, std::string>& additions) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    if (!additions.contains(text.substr(0, text.find('=')))) result.push_back(text);
  }
  for (const auto& [name, value] : additions) {
    result.push_back(name + "=" + value);
  }
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

int freePort() {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  if (bind(descriptor, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    close(descriptor);
    throw std::runtime_error("no free port on the loopback interface");
  }
  close(descriptor);
  return ntohs(address.sin_port);
}

ServerProcess::ServerProcess(Options options) {
  std::vector<std::string> environment = environmentWith(options.environment);
  const std::vector<char*> arguments = pointers(options.command);
  const std::vector<char*> variables = pointers(environment);
  const bool changeUser = options.asServerUser && geteuid() == 0;
  const uid_t user = changeUser ? serverUser().pw_uid : 0;
  const gid_t group = changeUser ? serverUser().pw_gid : 0;
  const int output = open(options.output.empty() ? "/dev/null" : options.output.c_str(),
                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    if (changeUser && (setgroups(0, nullptr) != 0 || setgid(group) != 0 || setuid(user) != 0)) _exit(126);
    prctl(PR_SET_PDEATHSIG, options.deathSignal);
    // A shell lets its background jobs ignore SIGINT, and they would pass that on.
    ::signal(SIGINT, SIG_DFL);
    if (getppid() != parent) _exit(126);
    dup2(input, 0);
    dup2(output, 1);
    dup2(output, 2);
    execvpe(arguments.front(), arguments.data(), variables.data());
    _exit(127);
  }
  close(output);
  close(input);
  if (pid_ < 0) throw std::runtime_error("can't start " + options.command.front());
}

ServerProcess::~ServerProcess() {
  if (running()) {
    signal(SIGKILL);
    wait(std::chrono::seconds(10));
  }
}

void ServerProcess::signal(int number) const {
  if (!status_) kill(pid_, number);
}

std::optional<int> ServerProcess::wait(std::chrono::milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!status_) {
    int status = 0;
    const pid_t ended = waitpid(pid_, &status, WNOHANG);
    if (ended == pid_) {
      status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    } else if (std::chrono::steady_clock::now() >= end) {
      return std::nullopt;
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  return status_;
}

bool ServerProcess::running() { return !wait(std::chrono::milliseconds(0)); }

Finished runProgram(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment,
                    bool asServerUser) {
  const TemporaryFolder folder;
  const std::filesystem::path output = folder.path() / "output";
  ServerProcess process(
      {.command = command, .environment = environment, .output = output, .asServerUser = asServerUser});
  Finished finished;
  finished.status = process.wait(std::chrono::minutes(5)).value_or(-1);
  std::stringstream text;
  text << std::ifstream(output).rdbuf();
  finished.output = text.str();
  return finished;
}

void giveToServerUser(const std::filesystem::path& folder) {
  if (geteuid() != 0) return;
  if (chown(folder.c_str(), serverUser().pw_uid, serverUser().pw_gid) != 0) {
    throw std::runtime_error("can't give " + folder.string() + " to the server user");
  }
}

}  // namespace hotswap::support
