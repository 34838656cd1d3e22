#pragma once
#include <soci/soci.h>

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "store/durability.h"
#include "store/store_file.h"

namespace hotswap::store {

/// The open connections to the store: one that writes and a few that read, so that readers never wait for a writer.
/// Owner of the store's file. Safe from any thread: `writing_` guards the writer, `reading_` the list of idle readers.
class Connections {
 public:
  /// Opens the file, checks it and upgrades its schema; throws as Store's constructor does.
  Connections(const std::filesystem::path& file, Durability durability);
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;
  ~Connections();

  /// Runs `work(session)` with everything it reads from one moment. Throws Error where the store can't.
  template <class Work>
  auto read(Work work) {
    const ReaderLease lease(*this);
    return inTransaction(*lease.session, Kind::Read, std::move(work));
  }

  /// Runs `work(session)` as one transaction, one after the other with all that write. It is durable when this returns,
  /// and nothing of it has happened when this throws; where the commit itself failed, `recovery().outcomeKnown` is
  /// false: it may come to light after a restart.
  template <class Work>
  auto write(Work work) {
    const std::lock_guard lock(writing_);
    return inTransaction(*writer_, Kind::Write, std::move(work));
  }

 private:
  enum class Kind { Read, Write };

  struct ReaderLease {
    explicit ReaderLease(Connections& owner);
    ReaderLease(const ReaderLease&) = delete;
    ReaderLease& operator=(const ReaderLease&) = delete;
    ~ReaderLease();
    Connections& connections;
    std::unique_ptr<soci::session> session;
  };

  template <class Work>
  static std::invoke_result_t<Work, soci::session&> inTransaction(soci::session& session, Kind kind, Work work) {
    using Result = std::invoke_result_t<Work, soci::session&>;
    if constexpr (std::is_void_v<Result>) {
      runTransaction(session, kind, [&] { work(session); });
    } else {
      std::optional<Result> result;
      runTransaction(session, kind, [&] { result.emplace(work(session)); });
      return std::move(*result);
    }
  }
  static void runTransaction(soci::session& session, Kind kind, const std::function<void()>& work);

  StoreFile file_;
  std::mutex writing_;
  std::unique_ptr<soci::session> writer_;
  std::mutex reading_;
  std::condition_variable readerFree_;
  std::vector<std::unique_ptr<soci::session>> readers_;
};

}  // namespace hotswap::store
