#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/effects.h"
#include "db/session.h"

namespace hotswap::analysis::postgres {

/// What a statement did, or is said to do, in one form for both. Relations are named `schema.name`, as they were called
/// before the statement.
struct Deeds {
  std::map<std::string, LockMode> locks;
  std::set<std::string> rewrites;
  std::set<std::string> scans;
  std::set<std::string> builds;  ///< indexes
  std::set<std::string> lostIndexes;
  std::set<std::string> emptied;  ///< tables that have got an empty file
  std::set<std::string> losses;   ///< `relation app.t`, `column app.t.c`, `rows app.t`, `values app.t`
  std::set<std::string> indexes;  ///< those of `locks` that are indexes
  /// The locks were sampled from outside: those of indexes, which are held for moments, may be missed, and what was
  /// scanned could not be read.
  bool sampled = false;
  bool transactional = true;
  bool fails = false;
  std::string failure;
};

/// All of it on one line, for people.
std::string textOf(const Deeds& deeds);

/// What is predicted, without the losses that only reading the values could tell.
Deeds deedsOf(const Effects& effects);

/// Differences as lines `locks: public.t AccessExclusiveLock is missing`, `… is too much`; empty where there are none.
std::vector<std::string> differences(const Deeds& predicted, const Deeds& observed);

/// Sees what the statements of a session do to the relations of its database.
class DeedsObserver {
 public:
  /// Takes note of how things are; outside of a transaction, or in one that has done nothing.
  explicit DeedsObserver(db::Session& session);

  /// Runs statements in a transaction, reads what they did together, calls `look` before all is rolled back (not where
  /// one failed). `settings`: what is switched off meanwhile.
  Deeds runInTransaction(const std::vector<std::string>& settings, const std::vector<std::string>& statements,
                         const std::function<void()>& look);
  /// Runs a statement outside of transactions, while `holder` has an open transaction that did `hold` until the
  /// statement waits for a lock or ends. `watcher` reads the locks meanwhile.
  Deeds runAlone(const std::string& sql, const std::string& hold, db::Session& holder, db::Session& watcher,
                 const std::function<void()>& look);

 private:
  struct Known {
    std::string name;
    char kind = 'r';
    std::int64_t file = 0;
    std::int64_t table = 0;  ///< of an index
    std::int64_t bytes = 0;
    std::int64_t rows = 0;
    std::map<std::int64_t, std::string> columns;
  };
  using Relations = std::map<std::int64_t, Known>;
  struct Counters {
    std::int64_t scans = 0, updated = 0, deleted = 0, fetched = 0;
  };
  using Statistics = std::map<std::int64_t, Counters>;

  Relations relations();
  Statistics statistics();
  void readLocks(db::Session& session, const std::string& pid, Deeds& deeds);
  void compareRelations(const Relations& after, Deeds& deeds) const;
  void compareStatistics(const Statistics& before, const Statistics& after, Deeds& deeds) const;

  db::Session& session_;
  Relations before_;
};

}  // namespace hotswap::analysis::postgres
