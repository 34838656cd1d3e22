// What stays of the store when its process is killed in the middle of writing, or the disk is full.
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "store/query.h"
#include "store/sqlite.h"
#include "support/eventually.h"
#include "unit/store/store_fixture.h"

namespace hotswap::store {
namespace {

/// A pipe whose ends are closed with it.
class Pipe {
 public:
  Pipe() {
    if (pipe(ends_.data()) != 0) throw std::runtime_error("no pipe");
  }
  ~Pipe() {
    close(ends_[0]);
    closeWriting();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  [[nodiscard]] int reading() const { return ends_[0]; }
  [[nodiscard]] int writing() const { return ends_[1]; }
  void closeWriting() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{};
};

std::size_t countOf(const std::filesystem::path& file, const char* statement) {
  const auto session = sqlite::openWriter(file, Durability::ProcessDeath);
  sqlite::checkIntegrity(*session);
  int count = 0;
  Query(*session, statement).into(count).next();
  return static_cast<std::size_t>(count);
}

class StoreCrashTest : public StoreTest {
 protected:
  /// Writes steps of one execution until it is killed, and tells of each through the pipe as soon as it is recorded.
  [[noreturn]] void writeUntilKilled(Execution run, int pipeEnd) {
    try {
      Store own(file, sealer, Durability::ProcessDeath);
      own.executions().add(run);
      for (;;) {
        const int sequence = own.executions().beginStep(step(run.id));
        if (write(pipeEnd, &sequence, sizeof sequence) != sizeof sequence) _exit(3);
        own.executions().setEvidence(run.id, sequence, "e" + std::to_string(sequence));
        own.executions().appendLog({.executionId = run.id, .message = std::string(3000, 'x')});
        own.executions().endStep(run.id, sequence, StepState::Done, "done", clock.now());
        run.progress = sequence % 100;
        run.schemaBefore = std::string(static_cast<std::size_t>(sequence % 7) * 10'000, 's');
        own.executions().save(run);
        own.snapshots().add(run.id, {.instance = "primary", .timestamp = clock.now()});
      }
    } catch (const Error&) {
      _exit(4);
    }
  }
};

TEST_F(StoreCrashTest, HasEveryStepWhoseRecordingReturned_WhenKilledAtAnyMoment) {
  const auto parent = addMigration(addDatabase().id, "m");
  store.reset();
  for (int round = 0; round < 20; ++round) {
    const Execution run = execution(parent);
    Pipe told;
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) writeUntilKilled(run, told.writing());
    told.closeWriting();

    // The moment of the kill: after some step, and then some microseconds into what follows it.
    std::vector<int> recorded;
    int sequence = 0;
    const auto enough = 1 + static_cast<std::size_t>(random.uniform() * 40);
    while (recorded.size() < enough && read(told.reading(), &sequence, sizeof sequence) == sizeof sequence) {
      recorded.push_back(sequence);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(static_cast<int>(random.uniform() * 3000)));
    kill(child, SIGKILL);
    while (read(told.reading(), &sequence, sizeof sequence) == sizeof sequence) recorded.push_back(sequence);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself with " << WEXITSTATUS(status);
    ASSERT_GE(recorded.size(), enough);

    Store again(file, sealer, Durability::ProcessDeath);
    const auto steps = again.executions().steps(run.id);
    ASSERT_GE(steps.size(), recorded.size());
    ASSERT_LE(steps.size(), recorded.size() + 1);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      EXPECT_EQ(steps[i].sequence, static_cast<int>(i) + 1);
      // All but the last one were finished before the next began.
      if (i + 1 < recorded.size()) {
        EXPECT_EQ(steps[i].state, StepState::Done);
        EXPECT_EQ(steps[i].evidence, "e" + std::to_string(i + 1));
      }
    }
    EXPECT_EQ(again.executions().get(run.id).status, ExecutionStatus::Pending);
    EXPECT_GE(again.executions().log(run.id, 0, {}).total + 1, static_cast<std::int64_t>(recorded.size()));
  }
}

TEST_F(StoreCrashTest, MakesItsSchemaWhole_WhenKilledWhileItDoes) {
  for (int round = 0; round < 20; ++round) {
    const std::filesystem::path fresh = folder.path() / ("fresh" + std::to_string(round));
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      try {
        const Store made(fresh, sealer);
        pause();
      } catch (const Error&) {
      }
      _exit(4);
    }
    // As soon as there is a file the making of the schema has begun.
    EXPECT_TRUE(support::eventually([&] { return std::filesystem::exists(fresh); }));
    std::this_thread::sleep_for(std::chrono::microseconds(static_cast<int>(random.uniform() * 40'000)));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    Store again(fresh, sealer, Durability::ProcessDeath);
    again.users().add(user("ada", Role::Admin));
    EXPECT_EQ(again.users().count(), 1);
  }
}

/// Makes writing fail soon for this process alone: as root by a file system of 1 MiB that is mounted over `folder`,
/// otherwise by a limit on the size of files. Returns whether the disk is a real one, which can be freed again.
bool makeDiskSmall(const std::filesystem::path& folder) {
  if (geteuid() == 0 && unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
      mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=1m") == 0) {
    return true;
  }
  signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 600'000, .rlim_max = RLIM_INFINITY};
  setrlimit(RLIMIT_FSIZE, &small);
  return false;
}

void makeDiskBig(const std::filesystem::path& folder, bool real) {
  if (real) {
    mount("tmpfs", folder.c_str(), "tmpfs", MS_REMOUNT, "size=64m");
    return;
  }
  const rlimit big{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
  setrlimit(RLIMIT_FSIZE, &big);
}

TEST_F(StoreCrashTest, SaysTheDiskIsFullAndIsWholeAfter) {
  const std::filesystem::path small = folder.path() / "small";
  std::filesystem::create_directory(small);
  enum Outcome { Fine = 0, NothingFailed = 1, OtherError = 2, NotWhole = 3, NotUsable = 4, Odd = 5 };
  const auto fillTheDisk = [&]() -> Outcome {
    const bool real = makeDiskSmall(small);
    const std::filesystem::path path = small / "store.db";
    std::size_t written = 0;
    try {
      Store own(path, sealer);
      const auto target = database("shop");
      own.databases().add(target);
      bool refused = false;
      while (!refused && written < 1000) {
        Migration big = migration(target.id, "m" + std::to_string(written));
        big.migrationScript = std::string(50'000, 'x');
        try {
          own.migrations().add(big);
          ++written;
        } catch (const Error& error) {
          if (error.code() != ErrorCode::Unavailable || !error.recovery().retryable) return OtherError;
          refused = true;
        }
      }
      if (!refused) return NothingFailed;
      if (own.migrations().list({}, {}).total != static_cast<std::int64_t>(written)) return NotWhole;
      makeDiskBig(small, real);
      // Without a restart it goes on as soon as there is room.
      own.migrations().add(migration(target.id, "after"));
      own.check();
      ++written;
    } catch (const Error&) {
      return NotUsable;
    }
    return countOf(path, "SELECT COUNT(*) FROM migrations") == written ? Fine : NotWhole;
  };
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    try {
      _exit(fillTheDisk());
    } catch (...) {
      _exit(Odd);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), Fine);
}

}  // namespace
}  // namespace hotswap::store
