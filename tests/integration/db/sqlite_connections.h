#pragma once
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "db/engine.h"
#include "db/sqlite/sqlite_engine.h"
#include "support/temporary_folder.h"

namespace hotswap::db::sqlite {

inline const Engine& engine() {
  static const std::unique_ptr<Engine> made = makeEngine();
  return *made;
}

inline std::unique_ptr<Session> connectTo(const std::string& path, std::string_view application = "hotswap/test") {
  return engine().connect(ConnectionString().with("dbname", path), application, std::chrono::seconds(5));
}

/// The error that `action` throws; the test fails where it throws none.
template <class Action>
SqlError errorOf(Action action) {
  try {
    action();
  } catch (const SqlError& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return SqlError({}, {});
}

/// A folder for database files, with one file that most tests need.
class SqliteTest : public testing::Test {
 protected:
  [[nodiscard]] std::string pathOf(const std::string& name) const { return (folder.path() / name).string(); }

  support::TemporaryFolder folder;
  std::string file = pathOf("app.db");
};

/// A child of this process, ended at the latest with the object. What `work` returns is sent to the parent; the child
/// then waits to be killed.
class Child {
 public:
  template <class Work>
  explicit Child(Work work, uid_t user = geteuid()) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
    pid_ = fork();
    if (pid_ == 0) {
      close(ends[0]);
      std::string said = "nothing";
      if (user == geteuid() || (setgid(user) == 0 && setuid(user) == 0)) said = work();
      if (write(ends[1], said.data(), said.size()) < 0) _exit(1);
      close(ends[1]);
      while (true) pause();
    }
    close(ends[1]);
    std::array<char, 256> buffer{};
    for (ssize_t length = 1; (length = read(ends[0], buffer.data(), buffer.size())) > 0;) {
      said_.append(buffer.data(), static_cast<std::size_t>(length));
    }
    close(ends[0]);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { kill(); }

  /// kill -9, and its end waited for.
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(std::exchange(pid_, -1), nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] const std::string& said() const { return said_; }

 private:
  pid_t pid_ = -1;
  std::string said_;
};

}  // namespace hotswap::db::sqlite
