#pragma once
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "db/postgres/postgres_engine.h"
#include "db/sqlite/sqlite_engine.h"
#include "support/postgres_cluster.h"
#include "support/temporary_folder.h"
#include "versioned/down.h"
#include "versioned/progress.h"
#include "versioned/repair.h"
#include "versioned/up.h"

namespace hotswap::versioned {

/// For the names of tests that run on each engine.
inline std::string engineName(const testing::TestParamInfo<DatabaseType>& engine) {
  return std::string(toText(engine.param));
}

/// Remembers what a command has said.
class Listener final : public Observer {
 public:
  void waitingFor(const db::LockHolder& holder) override { holders.push_back(holder); }
  void said(const std::string& level, const std::string& message) override { lines.push_back(level + ": " + message); }
  std::vector<db::LockHolder> holders;
  std::vector<std::string> lines;
};

/// A folder of migrations and an empty database of the kind asked for.
class Project {
 public:
  explicit Project(DatabaseType type)
      : engine_(type == DatabaseType::PostgreSQL ? db::postgres::makeEngine() : db::sqlite::makeEngine()),
        connection_(type == DatabaseType::PostgreSQL
                        ? support::sharedCluster().connection(support::sharedCluster().makeDatabase())
                        : ConnectionString().with("dbname", (folder_.path() / "app.db").string())) {
    std::filesystem::create_directory(migrations());
  }
  /// With an empty database of that server.
  explicit Project(support::PostgresCluster& cluster)
      : engine_(db::postgres::makeEngine()), connection_(cluster.connection(cluster.makeDatabase())) {
    std::filesystem::create_directory(migrations());
  }

  [[nodiscard]] std::filesystem::path migrations() const { return folder_.path() / "migrations"; }
  [[nodiscard]] const db::Engine& engine() const { return *engine_; }
  [[nodiscard]] const ConnectionString& connection() const { return connection_; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(migrations() / name, std::ios::binary) << text;
  }
  void remove(const std::string& name) const { std::filesystem::remove(migrations() / name); }

  [[nodiscard]] Workplace place() {
    return {.engine = *engine_,
            .connection = connection_,
            .historySchema = {},
            .who = "tester@here",
            .applicationName = "hotswap migrate test/" + std::to_string(++sessions_),
            .settings = settings,
            .lockPatience = lockPatience,
            .clock = clock,
            .random = random,
            .observer = listener,
            .stop = stop.get_token()};
  }
  [[nodiscard]] MigrationFolder folder() const { return readFolder(migrations()); }
  Report up(const UpOptions& options = {}) { return versioned::up(place(), folder(), options); }
  Report down(const DownOptions& options = {}) { return versioned::down(place(), folder(), options); }
  [[nodiscard]] std::vector<Item> status() {
    const Workplace here = place();
    HistorySession history(here);
    return compare(folder(), history.entries());
  }
  [[nodiscard]] std::vector<Attempt> attempts() {
    const Workplace here = place();
    HistorySession history(here);
    return history.history().attempts(history.session());
  }
  /// `0001 applied, 0002 pending`
  [[nodiscard]] std::string standings() {
    std::string text;
    for (const Item& item : status()) {
      text += (text.empty() ? "" : ", ") + item.version() + " " + std::string(toText(item.standing));
    }
    return text;
  }
  /// Leaves the history as a process leaves it that is killed in a script of several steps.
  void leaveBrokenOff(const MigrationFile& migration, const Progress& progress) {
    const Workplace here = place();
    HistorySession history(here);
    history.history().begin(history.session(),
                            {.id = 0,
                             .entry = {.kind = EntryKind::Versioned,
                                       .version = migration.version->text(),
                                       .description = migration.description,
                                       .checksum = migration.checksum,
                                       .appliedAt = clock.now(),
                                       .executionTime = {},
                                       .appliedBy = here.who,
                                       .state = EntryState::Failed},
                             .action = Action::Up,
                             .error = {},
                             .progress = progress.text()},
                            std::nullopt);
  }
  /// The rows of a query, columns by `|`, rows by `;`.
  std::string sql(const std::string& text) {
    const auto session = engine_->connect(connection_, "test", Milliseconds(5000));
    std::string out;
    const db::Rows rows = session->query(text);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (row > 0) out += ";";
      for (std::size_t column = 0; column < rows.columns().size(); ++column) {
        out += (column > 0 ? "|" : "") + rows.text(row, column);
      }
    }
    return out;
  }
  void run(const std::string& text) {
    const auto session = engine_->connect(connection_, "test", Milliseconds(5000));
    session->execute(text);
  }
  [[nodiscard]] bool has(const std::string& table) {
    const auto session = engine_->connect(connection_, "test", Milliseconds(5000));
    return engine_->catalog()
        .exists(*session, {.kind = db::ObjectReference::Kind::Table, .schema = {}, .name = table, .table = {}})
        .value();
  }

  SystemClock clock;
  SystemRandom random;
  Listener listener;
  execution::RunSettings settings;
  Milliseconds lockPatience{1000};
  std::stop_source stop;

 private:
  support::TemporaryFolder folder_;
  std::unique_ptr<db::Engine> engine_;
  ConnectionString connection_;
  int sessions_ = 0;
};

}  // namespace hotswap::versioned
