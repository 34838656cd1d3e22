#include "db/postgres/connection.h"

#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "db/postgres/sql_state.h"

namespace hotswap::db::postgres {

struct Connection::Inbox {
  std::vector<std::string> notices;
  std::size_t dropped = 0;
  std::optional<SqlFailure> farewell;
};

namespace {

constexpr std::chrono::seconds cancelPatience{5};
constexpr std::size_t mostNotices = 10'000;  ///< a statement that raises notices without end must not fill the memory

}  // namespace

bool requestCancel(const std::shared_ptr<CancelTarget>& target) noexcept {
  struct Outcome {
    std::mutex mutex;
    std::condition_variable ready;
    bool done = false;
    bool taken = false;
  };
  ++target->requests;
  if (target->underWay.exchange(true)) return false;
  try {
    auto outcome = std::make_shared<Outcome>();
    std::thread([target, outcome] {
      char message[256];
      const bool taken = PQcancel(target->handle.get(), message, sizeof(message)) == 1;
      target->underWay = false;
      const std::lock_guard lock(outcome->mutex);
      outcome->done = true;
      outcome->taken = taken;
      outcome->ready.notify_all();
    }).detach();
    std::unique_lock lock(outcome->mutex);
    return outcome->ready.wait_for(lock, cancelPatience, [&] { return outcome->done; }) && outcome->taken;
  } catch (const std::exception&) {
    target->underWay = false;
    return false;
  }
}

Connection::Connection(ConnectionHandle handle)
    : inbox_(std::make_shared<Inbox>()), handle_(std::move(handle)), cancelTarget_(std::make_shared<CancelTarget>()) {
  PQsetNoticeReceiver(handle_.get(), &Connection::receive, inbox_.get());
  PQsetnonblocking(handle_.get(), 1);
  cancelTarget_->handle = std::shared_ptr<PGcancel>(PQgetCancel(handle_.get()), LibpqRelease{});
}

void Connection::receive(void* inbox, const PGresult* notice) {
  auto& box = *static_cast<Inbox*>(inbox);
  const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  const char* text = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
  if (text == nullptr) return;  // libpq's own remarks, for instance about a lost connection: these come as errors too
  const std::string_view level = severity == nullptr ? "NOTICE" : severity;
  // libpq is C: no exception may pass through it.
  try {
    if (level == "FATAL" || level == "PANIC") {
      box.farewell = failureOf(notice, "");
    } else if (box.notices.size() < mostNotices) {
      box.notices.push_back(std::string(level) + ":  " + text);
    } else {
      ++box.dropped;
    }
  } catch (const std::bad_alloc&) {
    ++box.dropped;
  }
}

bool Connection::tlsHoldsInput() const {
  if (PQsslInUse(handle_.get()) == 0) return false;
  auto* tls = static_cast<SSL*>(PQsslStruct(handle_.get(), "OpenSSL"));
  return tls != nullptr && SSL_pending(tls) > 0;
}

void Connection::wait(short events) const {
  // What OpenSSL has read and decrypted already, the socket knows nothing of: waiting for it there would never end.
  if ((events & POLLIN) != 0 && tlsHoldsInput()) return;
  pollfd descriptor{.fd = PQsocket(handle_.get()), .events = events, .revents = 0};
  if (descriptor.fd < 0) return;
  const int limit = silenceHandler_ ? static_cast<int>(silence_.count()) : -1;
  for (;;) {
    const int ready = poll(&descriptor, 1, limit);
    if (ready > 0 || (ready < 0 && errno != EINTR)) return;
    if (ready == 0) silenceHandler_();
  }
}

void Connection::onSilence(Milliseconds length, std::function<void()> handler) {
  silence_ = length;
  silenceHandler_ = std::move(handler);
}

void Connection::sever(std::string reason) {
  inbox_->farewell = SqlFailure{
      .kind = SqlErrorKind::ConnectionLost, .sqlState = {}, .message = std::move(reason), .detail = {}, .hint = {}};
  // libpq sees the end of the stream, as if the server had closed it.
  shutdown(PQsocket(handle_.get()), SHUT_RDWR);
}

void Connection::catchUp() const {
  pollfd descriptor{.fd = PQsocket(handle_.get()), .events = POLLIN, .revents = 0};
  while (good() && (tlsHoldsInput() || poll(&descriptor, 1, 0) > 0)) {
    PQconsumeInput(handle_.get());
    static_cast<void>(PQisBusy(handle_.get()));  // lets libpq look at what it has read, also after the end
  }
}

bool Connection::queue(const std::string& sql, std::span<const Value> parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const Value& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
  return PQsendQueryParams(handle_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(), nullptr,
                           nullptr, 0) != 0;
}

void Connection::flush() {
  // The server may talk back before it has taken everything; unless that is read, both sides could wait for ever.
  for (int left = PQflush(handle_.get()); left != 0; left = PQflush(handle_.get())) {
    if (left < 0) return;  // lost: the result says so
    wait(POLLIN | POLLOUT);
    if (PQconsumeInput(handle_.get()) == 0) return;
  }
}

bool Connection::send(const std::string& sql, std::span<const Value> parameters, bool singleRow) {
  if (!queue(sql, parameters)) return false;
  if (singleRow) PQsetSingleRowMode(handle_.get());
  flush();
  return true;
}

bool Connection::sendAfterBegin(const std::string& sql, std::span<const Value> parameters, bool singleRow) {
  if (PQenterPipelineMode(handle_.get()) == 0) return false;
  if (!queue("BEGIN", {})) {
    PQexitPipelineMode(handle_.get());
    return false;
  }
  singleRow_ = singleRow;
  pipeline_ = Pipeline::Begin;
  beginError_.reset();
  // BEGIN is on its way: what can't be sent from here on leaves the connection to be read to its end.
  const bool isQueued = queue(sql, parameters);
  if (PQpipelineSync(handle_.get()) == 0) {
    // Without its end the answers would be awaited for ever.
    if (good()) sever("the end of a pipeline could not be sent");
    return true;
  }
  flush();
  if (isQueued) return true;
  pipeline_ = Pipeline::Statement;
  drain();
  return false;
}

ResultHandle Connection::nextRaw(const std::function<void()>& beforeWaiting) {
  while (PQisBusy(handle_.get()) != 0) {
    if (beforeWaiting) beforeWaiting();
    wait(POLLIN);
    if (PQconsumeInput(handle_.get()) == 0) break;
  }
  return ResultHandle(PQgetResult(handle_.get()));
}

ResultHandle Connection::next(const std::function<void()>& beforeWaiting) {
  return pipeline_ == Pipeline::None ? nextRaw(beforeWaiting) : nextAfterBegin(beforeWaiting);
}

ResultHandle Connection::nextAfterBegin(const std::function<void()>& beforeWaiting) {
  for (;;) {
    ResultHandle result = nextRaw(beforeWaiting);
    if (!good()) {
      pipeline_ = Pipeline::None;
      // What BEGIN was answered with says more than that the connection is lost.
      return beginError_ ? std::exchange(beginError_, {}) : std::move(result);
    }
    const ExecStatusType status = result ? PQresultStatus(result.get()) : PGRES_EMPTY_QUERY;
    switch (pipeline_) {
      case Pipeline::Begin:
        if (result) {
          if (status != PGRES_COMMAND_OK) beginError_ = std::move(result);
          break;
        }
        pipeline_ = Pipeline::Statement;
        if (singleRow_) PQsetSingleRowMode(handle_.get());
        break;
      case Pipeline::Statement:
        if (!result) {
          pipeline_ = Pipeline::Sync;
        } else if (status != PGRES_PIPELINE_ABORTED) {
          return result;
        }
        break;
      default:
        if (status != PGRES_PIPELINE_SYNC) break;
        PQexitPipelineMode(handle_.get());
        pipeline_ = Pipeline::None;
        return std::exchange(beginError_, {});
    }
  }
}

void Connection::abandonCopy(ExecStatusType direction) {
  if (direction == PGRES_COPY_IN) {
    while (PQputCopyEnd(handle_.get(), "COPY FROM STDIN is not supported here") == 0) wait(POLLOUT);
    while (PQflush(handle_.get()) == 1) wait(POLLOUT);
    return;
  }
  requestCancel(cancelTarget_);
  for (;;) {
    char* row = nullptr;
    const int bytes = PQgetCopyData(handle_.get(), &row, 1);
    if (row != nullptr) PQfreemem(row);
    if (bytes < 0) return;
    if (bytes == 0) {
      wait(POLLIN);
      if (PQconsumeInput(handle_.get()) == 0) return;
    }
  }
}

void Connection::drain() {
  while (const ResultHandle result = next()) {
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) abandonCopy(status);
    if (!good()) return;
  }
}

void Connection::breakOff() {
  requestCancel(cancelTarget_);
  drain();
}

std::vector<std::string> Connection::takeNotices() {
  std::vector<std::string> notices = std::exchange(inbox_->notices, {});
  if (const std::size_t dropped = std::exchange(inbox_->dropped, 0); dropped > 0) {
    notices.push_back("WARNING:  " + std::to_string(dropped) + " more notices of the server were dropped");
  }
  return notices;
}

const std::optional<SqlFailure>& Connection::farewell() const { return inbox_->farewell; }

}  // namespace hotswap::db::postgres
