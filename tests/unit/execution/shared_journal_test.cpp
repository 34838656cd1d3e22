#include "execution/shared_journal.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace hotswap::execution {

namespace {

/// Notices calls that overlap, and fails when it is told to.
class StrictJournal final : public Journal {
 public:
  void unitStarted(StepKind /*kind*/, std::size_t /*unit*/) override { call(); }
  void unitEvidence(const std::string& /*evidence*/) override { call(); }
  void unitDone(const std::string& /*outcome*/, std::int64_t /*rows*/) override { call(); }
  void unitFailed(const std::string& /*outcome*/) override { call(); }
  void log(LogEntry entry) override {
    call();
    instance = entry.instance;
  }
  void progress(const std::string& /*activity*/, std::optional<double> /*percent*/) override { call(); }

  bool failing = false;
  std::atomic<int> inside{0};
  std::atomic<bool> overlapped{false};
  std::atomic<int> calls{0};
  std::string instance;

 private:
  void call() {
    if (++inside > 1) overlapped = true;
    ++calls;
    std::this_thread::yield();
    --inside;
    if (failing) throw std::runtime_error("the store is away");
  }
};

}  // namespace

TEST(SharedJournal, NeverLetsCallsOverlap) {
  StrictJournal journal;
  SharedJournal shared(journal, "primary");
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int call = 0; call < 200; ++call) shared.logQuietly({.message = "line"});
      });
    }
    for (int call = 0; call < 200; ++call) shared.log({.message = "line"});
  }
  EXPECT_FALSE(journal.overlapped);
  EXPECT_EQ(journal.calls, 1000);
}

TEST(SharedJournal, NamesTheInstanceInEachLine) {
  StrictJournal journal;
  SharedJournal(journal, "replica-7").log({.message = "line"});
  EXPECT_EQ(journal.instance, "replica-7");
}

TEST(SharedJournal, PassesOnWhatTheJournalThrows) {
  StrictJournal journal;
  journal.failing = true;
  SharedJournal shared(journal, "primary");
  EXPECT_THROW(shared.unitStarted(StepKind::Apply, 0), std::runtime_error);
}

TEST(SharedJournal, KeepsAFailureOfAQuietCall_ForTheNextLoudOne) {
  StrictJournal journal;
  journal.failing = true;
  SharedJournal shared(journal, "primary");
  shared.progressQuietly("scanning", 50);
  journal.failing = false;
  EXPECT_THROW(shared.unitDone("done", 1), std::runtime_error);
  EXPECT_NO_THROW(shared.unitDone("done", 1));
}

}  // namespace hotswap::execution
