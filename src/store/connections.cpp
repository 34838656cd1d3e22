#include "store/connections.h"

#include <fmt/format.h>

#include "base/error.h"
#include "observe/log.h"
#include "store/schema.h"
#include "store/sqlite.h"

namespace hotswap::store {

namespace {

constexpr std::size_t readerCount = 4;

void rollBack(soci::session& session) noexcept {
  try {
    if (sqlite::isInTransaction(session)) session << "ROLLBACK";
  } catch (const std::exception&) {
    // The text of SOCI's error holds values; that it failed is enough. The next transaction on this connection fails,
    // too, if this one is still open, and tries again to end it.
    observe::logError("A transaction of the store could not be rolled back.");
  }
}

}  // namespace

Connections::Connections(const std::filesystem::path& file, Durability durability) : file_(file) {
  try {
    writer_ = sqlite::openWriter(file_.path(), durability);
    try {
      sqlite::checkIntegrity(*writer_);
      upgradeSchema(*writer_, schemaSteps());
    } catch (const soci::soci_error& error) {
      throw sqlite::translate(error);
    }
    for (std::size_t i = 0; i < readerCount; ++i) {
      readers_.push_back(sqlite::openReader(file_.path()));
    }
  } catch (const Error& error) {
    throw Error(ErrorCode::Unavailable,
                fmt::format("The store {} can't be used. {}", file_.path().string(), error.what()), {},
                error.recovery());
  }
}

Connections::~Connections() {
  // The writer goes last: SQLite then copies the log into the file and removes it.
  readers_.clear();
  writer_.reset();
}

Connections::ReaderLease::ReaderLease(Connections& owner) : connections(owner) {
  std::unique_lock lock(connections.reading_);
  connections.readerFree_.wait(lock, [this] { return !connections.readers_.empty(); });
  session = std::move(connections.readers_.back());
  connections.readers_.pop_back();
}

Connections::ReaderLease::~ReaderLease() {
  {
    const std::lock_guard lock(connections.reading_);
    connections.readers_.push_back(std::move(session));
  }
  connections.readerFree_.notify_one();
}

void Connections::runTransaction(soci::session& session, Kind kind, const std::function<void()>& work) {
  bool committing = false;
  try {
    if (sqlite::isInTransaction(session)) session << "ROLLBACK";
    if (kind == Kind::Write) {
      sqlite::beginWrite(session);
    } else {
      session << "BEGIN";
    }
    work();
    committing = true;
    session << "COMMIT";
  } catch (const soci::soci_error& error) {
    rollBack(session);
    const Error translated = sqlite::translate(error);
    Recovery recovery = translated.recovery();
    recovery.outcomeKnown = !(committing && kind == Kind::Write);
    throw Error(translated.code(), translated.what(), translated.details(), recovery);
  } catch (...) {
    rollBack(session);
    throw;
  }
}

}  // namespace hotswap::store
