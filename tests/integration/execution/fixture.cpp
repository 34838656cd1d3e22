#include "fixture.h"

#include <algorithm>

#include "db/postgres/postgres_engine.h"
#include "support/eventually.h"

namespace hotswap::execution {

void RecordingJournal::unitStarted(StepKind kind, std::size_t unit) {
  const std::lock_guard lock(mutex_);
  steps_.push_back({.kind = kind, .unit = unit, .evidence = {}, .state = StepState::Started, .outcome = {}});
}

void RecordingJournal::unitEvidence(const std::string& evidence) {
  {
    const std::lock_guard lock(mutex_);
    steps_.back().evidence.push_back(evidence);
  }
  if (onEvidence) onEvidence(evidence);
}

void RecordingJournal::unitDone(const std::string& outcome, std::int64_t /*rows*/) {
  const std::lock_guard lock(mutex_);
  steps_.back().state = StepState::Done;
  steps_.back().outcome = outcome;
}

void RecordingJournal::unitFailed(const std::string& outcome) {
  const std::lock_guard lock(mutex_);
  steps_.back().state = StepState::Failed;
  steps_.back().outcome = outcome;
}

void RecordingJournal::log(LogEntry entry) {
  const std::lock_guard lock(mutex_);
  entries_.push_back(std::move(entry));
}

void RecordingJournal::progress(const std::string& activity, std::optional<double> /*percent*/) {
  const std::lock_guard lock(mutex_);
  activities_.push_back(activity);
}

std::vector<RecordingJournal::Step> RecordingJournal::steps() const {
  const std::lock_guard lock(mutex_);
  return steps_;
}

std::vector<LogEntry> RecordingJournal::entries() const {
  const std::lock_guard lock(mutex_);
  return entries_;
}

std::vector<std::string> RecordingJournal::activities() const {
  const std::lock_guard lock(mutex_);
  return activities_;
}

std::size_t RecordingJournal::unitsDone(StepKind kind) const {
  const auto all = steps();
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [&](const Step& step) { return step.kind == kind && step.state == StepState::Done; }));
}

bool RecordingJournal::says(const std::string& part) const { return countOf(part) > 0; }

std::size_t RecordingJournal::countOf(const std::string& part) const {
  const auto all = entries();
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [&](const LogEntry& entry) { return entry.message.find(part) != std::string::npos; }));
}

std::string RecordingJournal::text() const {
  std::string text;
  for (const LogEntry& entry : entries()) text += entry.level + ": " + entry.message + "\n";
  return text;
}

const db::Engine& engine() {
  static const std::unique_ptr<db::Engine> made = db::postgres::makeEngine();
  return *made;
}

RunSettings quickSettings() {
  RunSettings settings;
  settings.lockTimeout = Milliseconds(300);
  settings.longestBlocking = Milliseconds(2000);
  settings.firstPause = Milliseconds(50);
  settings.longestPause = Milliseconds(400);
  settings.reconnectPatience = Milliseconds(30'000);
  settings.cleanUpPatience = Milliseconds(5000);
  settings.longTransactionAge = Milliseconds(200);
  return settings;
}

namespace {

/// An administrator's session on the shared server, for making databases. Each test gets a fresh one, and they go with
/// the server: dropping them one by one costs a checkpoint each.
db::Session& administrator() {
  static const auto session =
      engine().connect(support::sharedCluster().connection(), "test-admin", Milliseconds(10'000));
  return *session;
}

}  // namespace

Stage::Stage() {
  static int made = 0;
  database = "stage_" + std::to_string(++made);
  administrator().execute("create database " + database);
  direct = support::sharedCluster().connection(database);
  target = {.instance = "primary", .engine = &engine(), .connection = direct, .applicationName = "hotswap/" + database};
}

Stage::Stage(const support::PostgresCluster& cluster) : database("postgres") {
  direct = cluster.connection(database);
  target = {.instance = "primary", .engine = &engine(), .connection = direct, .applicationName = "hotswap/run"};
}

db::Rows Stage::sql(const std::string& statements) const {
  const auto session = connect("test-setup");
  db::Rows rows;
  const db::ParsedScript parsed = engine().script().parse(statements);
  if (parsed.error) throw std::runtime_error("the test's SQL is broken: " + parsed.error->message);
  for (const db::Statement& statement : parsed.statements) {
    if (statement.transactionControl) throw std::runtime_error("the test's SQL has transaction statements");
    rows = session->query(statement.sql);
  }
  return rows;
}

std::string Stage::value(const std::string& query) const { return sql(query).text(0, 0); }

std::int64_t Stage::number(const std::string& query) const { return sql(query).integer(0, 0); }

std::unique_ptr<db::Session> Stage::connect(const std::string& application) const {
  return engine().connect(direct, application, Milliseconds(10'000));
}

db::SchemaListing Stage::listing() const { return engine().catalog().listing(*connect("test-listing")); }

RunResult Stage::run(const std::string& script, const std::stop_token& stop, std::size_t firstUnit) {
  ScriptRunner runner(target, settings, journal, clock, random);
  return runner.run(engine().script().parse(script), script, firstUnit, stop);
}

std::string Stage::failureOf(const std::string& script, const std::stop_token& stop) {
  try {
    run(script, stop);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

WayBackResult Stage::undo(const std::string& script, const std::optional<std::string>& rollback,
                          const db::SchemaListing& before, const std::optional<db::SchemaListing>& after) {
  const db::ParsedScript parsed = engine().script().parse(script);
  const ForwardState forward = forwardStateOf(parsed, db::planUnits(parsed.statements), journal.unitsDone());
  return execution::undo(target, settings, journal, clock, random, rollback, forward,
                         {.before = before, .after = after}, {});
}

std::int64_t Stage::ownSessions() const {
  return number("select count(*) from pg_stat_activity where application_name = '" + target.applicationName + "'");
}

std::int64_t Stage::pidRunning(const std::string& part) const {
  const auto session = connect("test-look");
  std::int64_t pid = 0;
  const std::vector<db::Value> parameters{target.applicationName, "%" + part + "%"};
  support::eventually([&] {
    const db::Rows rows = session->query(
        "select pid from pg_stat_activity where application_name = $1 and state = 'active' and query ilike $2",
        parameters);
    if (!rows.empty()) pid = rows.integer(0, 0);
    return !rows.empty();
  });
  return pid;
}

std::int64_t Stage::invalidIndexes() const { return number("select count(*) from pg_index where not indisvalid"); }

Running::Running(Stage& stage, const std::string& script)
    : thread_([this, &stage, script] {
        try {
          stage.run(script, stop_.get_token());
        } catch (const Error& error) {
          failure_ = error.what();
          recovery_ = error.recovery();
        } catch (const std::exception& error) {
          failure_ = error.what();
        }
        ended_ = true;
      }) {}

Running::~Running() { stop_.request_stop(); }

std::string Running::failure() {
  if (thread_.joinable()) thread_.join();
  return failure_;
}

OpenTransaction::OpenTransaction(const Stage& stage, const std::string& statement)
    : session_(stage.connect("application")) {
  session_->begin();
  session_->query(statement);
}

OpenTransaction::~OpenTransaction() { session_.reset(); }

void OpenTransaction::end() {
  if (session_->inTransaction()) session_->rollback();
}

}  // namespace hotswap::execution
