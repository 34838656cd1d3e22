#include "db/postgres/postgres_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "base/text.h"
#include "db/postgres/sql_state.h"
#include "db/postgres/transaction_identity.h"
#include "db/session_misuse.h"

namespace hotswap::db::postgres {

namespace {

constexpr std::string_view queryCanceled = "57014";
constexpr Milliseconds sideConnectTimeout{10'000};
constexpr Milliseconds sideLimit{5'000};  ///< for what is asked over it
constexpr Milliseconds noSilenceWatch{0};
constexpr NulStates nulStates{.statement = "42601", .parameter = "22021"};

class PostgresCanceller final : public Canceller {
 public:
  explicit PostgresCanceller(std::shared_ptr<CancelTarget> target) : target_(std::move(target)) {}
  bool cancel() noexcept override { return requestCancel(target_); }

 private:
  std::shared_ptr<CancelTarget> target_;
};

Value valueAt(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return std::nullopt;
  return std::string(PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column)));
}

/// The first word of a statement in lower case; empty where a comment stands in front.
std::string firstWordOf(std::string_view sql) {
  const std::string_view text = trim(sql);
  return toLower(text.substr(0, text.find_first_of(" \t\r\n\f\v;/-(\"")));
}

/// Whether a statement may end the open transaction with success. Errs on the side of yes.
bool mayCommit(std::string_view sql) {
  static constexpr std::array ending{std::string_view("commit"), std::string_view("end"), std::string_view("prepare"),
                                     std::string_view("")};
  return std::ranges::find(ending, firstWordOf(sql)) != ending.end();
}

/// Whether a statement may make the server want rows, or send some. Errs on the side of yes.
bool mayCopy(std::string_view sql) {
  const std::string word = firstWordOf(sql);
  return word == "copy" || word.empty();
}

std::optional<std::int64_t> rowsOf(std::string_view tag) {
  static constexpr std::array counted{std::string_view("INSERT"), std::string_view("UPDATE"),
                                      std::string_view("DELETE"), std::string_view("MERGE"), std::string_view("COPY")};
  if (std::ranges::find(counted, tag.substr(0, tag.find(' '))) == counted.end()) return std::nullopt;
  const std::string_view number = tag.substr(tag.rfind(' ') + 1);
  std::int64_t rows = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), rows);
  return error == std::errc{} && end == number.data() + number.size() ? std::optional(rows) : std::nullopt;
}

std::string milliseconds(Milliseconds limit) {
  const auto most = Milliseconds(std::numeric_limits<std::int32_t>::max());
  return fmt::format("{}ms", std::clamp(limit, Milliseconds(0), most).count());
}

}  // namespace

struct PostgresSession::Sent {
  std::string sql;
  std::chrono::steady_clock::time_point at;
  std::size_t cancelRequests = 0;  ///< that had been made before
  bool outcomeKnownIfLost = false;
};

PostgresSession::PostgresSession(ConnectionString target, std::string_view applicationName, Milliseconds timeout,
                                 Milliseconds silence, const std::stop_token& stop)
    : target_(std::move(target)),
      applicationName_(applicationName),
      connection_(Connection::open(target_, applicationName_, timeout, stop)) {
  applyOwnSettings();
  if (silence.count() > 0) watchOverSilence(silence);
}

Rows PostgresSession::query(std::string_view sql, std::span<const Value> parameters) {
  std::vector<std::string> columns;
  std::vector<Value> values;
  run(sql, parameters, false, [&](const PGresult* result) {
    const int width = PQnfields(result);
    for (int column = 0; column < width; ++column) columns.emplace_back(PQfname(result, column));
    const int height = PQntuples(result);
    values.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (int row = 0; row < height; ++row) {
      for (int column = 0; column < width; ++column) values.push_back(valueAt(result, row, column));
    }
    return true;
  });
  return {std::move(columns), std::move(values)};
}

StatementResult PostgresSession::execute(std::string_view sql, std::span<const Value> parameters) {
  StatementResult done;
  // Row by row, so that rows nobody wants don't fill the memory.
  run(sql, parameters, true, [&](const PGresult* result) {
    if (PQresultStatus(result) != PGRES_SINGLE_TUPLE) done.tag = PQcmdStatus(const_cast<PGresult*>(result));
    return true;
  });
  done.rowsAffected = rowsOf(done.tag);
  return done;
}

void PostgresSession::stream(std::string_view sql, std::span<const Value> parameters,
                             const std::function<bool(std::span<const Value>)>& onRow) {
  std::vector<Value> row;
  run(sql, parameters, true, [&](const PGresult* result) {
    for (int i = 0; i < PQntuples(result); ++i) {
      row.clear();
      for (int column = 0; column < PQnfields(result); ++column) row.push_back(valueAt(result, i, column));
      if (!onRow(row)) return false;
    }
    return true;
  });
}

void PostgresSession::run(std::string_view sql, std::span<const Value> parameters, bool singleRow,
                          const OnResult& onResult) {
  const Sent sent = send(sql, parameters, singleRow);
  try {
    finish(sent, onResult);
  } catch (...) {
    // Whatever left in the middle (a row's receiver, a notice's handler): the session must be usable afterwards.
    if (PQtransactionStatus(connection_.get()) == PQTRANS_ACTIVE) connection_.breakOff();
    throw;
  }
}

PostgresSession::Sent PostgresSession::send(std::string_view sql, std::span<const Value> parameters, bool singleRow) {
  requireNoNul(sql, parameters, nulStates);
  requireUsable();
  // In a pipeline, a COPY could not be refused.
  if (beginPending_ && mayCopy(sql)) {
    beginPending_ = false;
    execute("BEGIN");
  }
  timesFinished_ = 0;
  Sent sent{.sql = std::string(sql),
            .at = std::chrono::steady_clock::now(),
            .cancelRequests = connection_.cancelTarget()->requests,
            .outcomeKnownIfLost = inTransaction() && !mayCommit(sql)};
  const bool withBegin = std::exchange(beginPending_, false);
  const bool isSent = withBegin ? connection_.sendAfterBegin(sent.sql, parameters, singleRow)
                                : connection_.send(sent.sql, parameters, singleRow);
  if (!isSent) {
    beginPending_ = withBegin && !inTransaction();
    if (!connection_.good()) failLost(sent.outcomeKnownIfLost, {});
    throw misuse(SqlErrorKind::Other, "",
                 fmt::format("The statement could not be sent: {}.", oneLine(PQerrorMessage(connection_.get()), 300)));
  }
  return sent;
}

void PostgresSession::finish(const Sent& sent, const OnResult& onResult) {
  ResultHandle error;
  while (ResultHandle result = connection_.next([this] { deliverNotices(); })) {
    switch (PQresultStatus(result.get())) {
      case PGRES_TUPLES_OK:
      case PGRES_SINGLE_TUPLE:
      case PGRES_COMMAND_OK:
      case PGRES_EMPTY_QUERY:
        if (!onResult(result.get())) {
          connection_.breakOff();
          if (!connection_.good()) failLost(sent.outcomeKnownIfLost, {});
          return;
        }
        break;
      case PGRES_COPY_IN:
      case PGRES_COPY_OUT: refuseCopy(sent, PQresultStatus(result.get()));
      default:
        if (!error) error = std::move(result);
        break;
    }
    if (!connection_.good()) break;
  }
  deliverNotices();
  // The end of the statement counts, not its result: outside a transaction the server commits after sending that.
  if (!connection_.good() || (error && endsConnection(error.get()))) {
    failLost(sent.outcomeKnownIfLost,
             connection_.farewell().value_or(error ? failureOf(error.get(), "") : SqlFailure{}));
  }
  if (error) fail(sent, error.get());
}

void PostgresSession::refuseCopy(const Sent& sent, ExecStatusType direction) {
  connection_.abandonCopy(direction);
  connection_.drain();
  if (!connection_.good()) failLost(sent.outcomeKnownIfLost, {});
  throw misuse(SqlErrorKind::Other, "0A000",
               "COPY FROM STDIN and COPY TO STDOUT need a data stream and can't be run as statements here.");
}

void PostgresSession::deliverNotices() {
  for (const std::string& notice : connection_.takeNotices()) {
    if (noticeHandler_) noticeHandler_(notice);
  }
}

void PostgresSession::fail(const Sent& sent, const PGresult* result) {
  SqlFailure failure = failureOf(result, sent.sql);
  if (failure.sqlState == queryCanceled) tellTimeoutFromCancel(sent, failure);
  const Recovery recovery = recoveryFrom(failure.kind);
  throw SqlError(std::move(failure), recovery);
}

void PostgresSession::failLost(bool outcomeKnown, SqlFailure failure) {
  ended_ = true;
  if (failure.message.empty()) failure.message = oneLine(PQerrorMessage(connection_.get()), 300);
  failure.kind = SqlErrorKind::ConnectionLost;
  failure.offset = std::string::npos;
  failure.message = fmt::format("The connection to the server was lost: {}.", failure.message);
  throw SqlError(std::move(failure), {.retryable = outcomeKnown,
                                      .connectionUsable = false,
                                      .outcomeKnown = outcomeKnown,
                                      .changedAnything = !outcomeKnown});
}

void PostgresSession::tellTimeoutFromCancel(const Sent& sent, SqlFailure& failure) {
  if (connection_.cancelTarget()->requests != sent.cancelRequests) return;
  const auto took = std::chrono::steady_clock::now() - sent.at;
  std::optional<Milliseconds> limit = statementLimit_;
  if (!inTransaction() && !asking_) {
    asking_ = true;
    try {
      limit =
          Milliseconds(query("select setting::bigint from pg_settings where name = 'statement_timeout'").integer(0, 0));
    } catch (const SqlError&) {
      limit.reset();  // so tight a limit that even this question ran into it
    }
    asking_ = false;
  }
  // Nobody here has cancelled it. Without knowing the limit, the limit is the likelier reason.
  if (!limit || (limit->count() > 0 && took >= *limit)) failure.kind = SqlErrorKind::StatementTimeout;
}

void PostgresSession::applyOwnSettings() {
  // The grammar that splits and checks scripts reads strings that way, whatever the role's settings are.
  const char* conforming = PQparameterStatus(connection_.get(), "standard_conforming_strings");
  if (conforming == nullptr || std::string_view(conforming) != "on") execute("SET standard_conforming_strings = on");
}

void PostgresSession::onNotice(std::function<void(std::string_view)> handler) { noticeHandler_ = std::move(handler); }

std::shared_ptr<Canceller> PostgresSession::canceller() const {
  return std::make_shared<PostgresCanceller>(connection_.cancelTarget());
}

std::int64_t PostgresSession::backendId() const { return PQbackendPID(connection_.get()); }

int PostgresSession::serverVersion() const { return PQserverVersion(connection_.get()); }

bool PostgresSession::usable() const {
  // What the server has said meanwhile (that it is shutting down, for instance) may lie in the socket unread.
  if (PQtransactionStatus(connection_.get()) != PQTRANS_ACTIVE) connection_.catchUp();
  return !ended_ && connection_.good() && !connection_.farewell();
}

void PostgresSession::requireUsable() {
  // Nothing has been sent yet, so nothing can have been done.
  if (!usable()) failLost(true, connection_.farewell().value_or(SqlFailure{}));
}

void PostgresSession::reset() {
  noticeHandler_ = nullptr;
  execute("DISCARD ALL");
  statementLimit_.reset();
  applyOwnSettings();
}

void PostgresSession::begin() {
  if (inTransaction()) {
    throw misuse(SqlErrorKind::InTransaction, "25001", "A transaction is open already on this connection.");
  }
  requireUsable();
  beginPending_ = true;
  limitSetInTransaction_ = false;
}

void PostgresSession::commit() {
  requireUsable();
  if (!inTransaction()) throw misuse(SqlErrorKind::Other, "25P01", "There is no open transaction to commit.");
  if (std::exchange(beginPending_, false)) return;
  // If it fails, limits set inside are undone with everything else.
  const std::optional<Milliseconds> limit = std::exchange(statementLimit_, std::nullopt);
  if (execute("COMMIT").tag != "COMMIT") {
    throw misuse(SqlErrorKind::Other, "25P02",
                 "The transaction was rolled back instead of committed, because a statement in it had failed.");
  }
  statementLimit_ = limit;
}

void PostgresSession::rollback() {
  requireUsable();
  if (!inTransaction() || std::exchange(beginPending_, false)) return;
  if (limitSetInTransaction_) statementLimit_.reset();
  execute("ROLLBACK");
}

std::string PostgresSession::transactionId() {
  requireUsable();
  if (!inTransaction()) throw misuse(SqlErrorKind::Other, "25P01", "There is no open transaction to name.");
  TransactionIdentity identity = identify(*this);
  if (identity.name != durableTransaction_) {
    flushLogUpTo(identity.logPosition);
    durableTransaction_ = identity.name;
  }
  return std::move(identity.name);
}

std::unique_ptr<PostgresSession> PostgresSession::openSide() const {
  // The very server this session has found, where the string names several.
  ConnectionString server = target_.with("target_session_attrs", "");
  for (const auto& [keyword, value] :
       {std::pair{"host", PQhost(connection_.get())}, std::pair{"hostaddr", PQhostaddr(connection_.get())},
        std::pair{"port", PQport(connection_.get())}}) {
    server = server.with(keyword, value == nullptr ? "" : value);
  }
  return std::make_unique<PostgresSession>(server, applicationName_, sideConnectTimeout, noSilenceWatch);
}

void PostgresSession::watchOverSilence(Milliseconds silence) {
  backend_ = backendOf(*this, backendId());
  if (backend_) connection_.onSilence(silence, [this] { askWhetherItRuns(); });
}

void PostgresSession::askWhetherItRuns() {
  Presence presence = Presence::Unknown;
  try {
    const auto side = openSide();
    side->setLimits({.lock = sideLimit, .statement = sideLimit});
    presence = presenceOf(*side, *backend_);
  } catch (const SqlError&) {
    // Can't be told now. If the server is gone, TCP will say so.
  }
  timesFinished_ = presence == Presence::Finished ? timesFinished_ + 1 : 0;
  if (timesFinished_ >= 2) connection_.sever("the server runs nothing for it any more, but its answer never came");
}

void PostgresSession::flushLogUpTo(const std::string& logPosition) const {
  try {
    flushLog(*openSide(), logPosition);
  } catch (const SqlError& error) {
    SqlFailure failure = error.failure();
    failure.kind = SqlErrorKind::Other;
    failure.offset = std::string::npos;
    failure.message = "The transaction can't be given a name that outlives a crash: " + failure.message;
    throw SqlError(std::move(failure), {.retryable = error.recovery().retryable});
  }
}

bool PostgresSession::inTransaction() const {
  const PGTransactionStatusType status = PQtransactionStatus(connection_.get());
  return beginPending_ || status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

void PostgresSession::setLimits(const SessionLimits& limits) {
  const std::array<Value, 4> values{milliseconds(limits.lock), milliseconds(limits.statement),
                                    milliseconds(limits.idleInTransaction), applicationName_};
  // The name is how a session that was left behind is found again, and a commit that is not on the disk when it is
  // answered can be lost after all: both hold whatever the role or a script has set.
  query(
      "select set_config('lock_timeout', $1, false), set_config('statement_timeout', $2, false), "
      "set_config('idle_in_transaction_session_timeout', $3, false), set_config('application_name', $4, false), "
      "set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on' else "
      "current_setting('synchronous_commit') end, false)",
      values);
  statementLimit_ = limits.statement;
  limitSetInTransaction_ = inTransaction();
}

}  // namespace hotswap::db::postgres
