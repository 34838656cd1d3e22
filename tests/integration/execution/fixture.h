#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "db/engine.h"
#include "execution/script_runner.h"
#include "execution/way_back.h"
#include "support/manual_clock.h"
#include "support/postgres_cluster.h"

namespace hotswap::execution {

/// Keeps everything in memory, and does what a test wants at each call.
class RecordingJournal final : public Journal {
 public:
  struct Step {
    StepKind kind;
    std::size_t unit;
    std::vector<std::string> evidence;
    StepState state = StepState::Started;
    std::string outcome;
  };

  void unitStarted(StepKind kind, std::size_t unit) override;
  void unitEvidence(const std::string& evidence) override;
  void unitDone(const std::string& outcome, std::int64_t rows) override;
  void unitFailed(const std::string& outcome) override;
  void log(LogEntry entry) override;
  void progress(const std::string& activity, std::optional<double> percent) override;

  [[nodiscard]] std::vector<Step> steps() const;
  [[nodiscard]] std::vector<LogEntry> entries() const;
  [[nodiscard]] std::vector<std::string> activities() const;
  [[nodiscard]] std::size_t unitsDone(StepKind kind = StepKind::Apply) const;
  /// Whether a line of the log has `part` in it.
  [[nodiscard]] bool says(const std::string& part) const;
  [[nodiscard]] std::size_t countOf(const std::string& part) const;
  /// All lines, for the message of a test that fails.
  [[nodiscard]] std::string text() const;

  /// Called, on the run's thread, when evidence of a unit is written; may throw.
  std::function<void(const std::string&)> onEvidence;

 private:
  mutable std::mutex mutex_;
  std::vector<Step> steps_;
  std::vector<LogEntry> entries_;
  std::vector<std::string> activities_;
};

/// The engine under test.
const db::Engine& engine();

/// Impatient settings, so that what takes seconds in production takes tenths of them.
RunSettings quickSettings();

/// One database and one run of a script on it.
class Stage {
 public:
  /// A new database on the shared server.
  Stage();
  /// A database of a server that the test has to itself.
  explicit Stage(const support::PostgresCluster& cluster);
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// Runs SQL as an administrator would, statement by statement, each committed by itself; returns the last one's rows.
  db::Rows sql(const std::string& statements) const;
  /// The first value of the first row.
  [[nodiscard]] std::string value(const std::string& query) const;
  [[nodiscard]] std::int64_t number(const std::string& query) const;
  [[nodiscard]] std::unique_ptr<db::Session> connect(const std::string& application = "test") const;
  [[nodiscard]] db::SchemaListing listing() const;

  RunResult run(const std::string& script, const std::stop_token& stop = {}, std::size_t firstUnit = 0);
  /// Runs it and returns the text of the error that it ends with, empty where it ends well.
  std::string failureOf(const std::string& script, const std::stop_token& stop = {});
  /// The way back of what the journal says was done of `script`.
  WayBackResult undo(const std::string& script, const std::optional<std::string>& rollback,
                     const db::SchemaListing& before, const std::optional<db::SchemaListing>& after = {});

  /// How many sessions of the run are on the server.
  [[nodiscard]] std::int64_t ownSessions() const;
  /// The pid of the run's session whose statement has `part` in it, once there is one.
  [[nodiscard]] std::int64_t pidRunning(const std::string& part) const;
  [[nodiscard]] std::int64_t invalidIndexes() const;

  RunTarget target;
  RunSettings settings = quickSettings();
  RecordingJournal journal;
  SystemClock clock;
  support::SeededRandom random{7};
  std::string database;
  ConnectionString direct;  ///< past any gate
};

/// Runs a script on a thread of its own. Ends it when it goes.
class Running {
 public:
  Running(Stage& stage, const std::string& script);
  ~Running();
  /// Waits for the end; the text of the error, empty where it ended well.
  std::string failure();
  void stop() { stop_.request_stop(); }
  [[nodiscard]] bool ended() const { return ended_; }
  /// What `recovery()` of the error said, once it has ended.
  [[nodiscard]] const std::optional<Recovery>& recovery() const { return recovery_; }

 private:
  std::stop_source stop_;
  std::atomic<bool> ended_{false};
  std::string failure_;
  std::optional<Recovery> recovery_;
  std::jthread thread_;
};

/// A transaction of the application that stays open until it is told to end.
class OpenTransaction {
 public:
  OpenTransaction(const Stage& stage, const std::string& statement);
  ~OpenTransaction();
  void end();
  [[nodiscard]] std::int64_t pid() const { return session_->backendId(); }

 private:
  std::unique_ptr<db::Session> session_;
};

}  // namespace hotswap::execution
