#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "db/vitals.h"

namespace hotswap::db::postgres {

/// The vital signs of a PostgreSQL instance (12 and later), as the session's database shows them: two short statements
/// a reading, primary or standby alike. pg_stat_statements may live in any schema, be missing or not be preloaded;
/// whether it can be read is found out anew once a minute. Everything of the application means: of the sessions in this
/// database whose application name does not begin with `hotswap/`.
///
/// Rights: pg_monitor is enough. Without pg_read_all_stats other roles' sessions can't be seen, so that what is counted
/// over sessions is absent, and other roles' queries are known only as one sum a role.
/// Used by one thread; the session must outlive it.
class PostgresVitals final : public Vitals {
 public:
  /// `hostIsLocal`: the server runs on this machine, so that /proc/stat tells its CPU.
  PostgresVitals(Session& session, bool hostIsLocal);

  VitalsReading read() override;
  /// Without query counters the probe's statement also counts the running statements, so that the next reading holds
  /// their mean over all probes since the one before.
  std::chrono::duration<double, std::milli> probe() override;
  InstanceRole role() override;
  std::optional<double> replicationLag() override;
  std::string queryText(const std::string& queryId) override;

 private:
  /// How pg_stat_statements is called here; its columns depend on the extension's version, not on the server's.
  struct Counters {
    std::string function;  ///< schema-qualified and quoted
    bool execTime = true;  ///< total_exec_time, from 1.8 on; total_time before
    bool topLevel = true;  ///< from 1.9 on
  };

  Rows ask(const std::string& sql);
  /// The same through a prepared statement: planning these views costs more than reading them.
  Rows askPrepared(const std::string& name, const std::string& sql);
  void findCounters();
  void readQueries(VitalsReading& reading);
  void learnMarkedStatements();
  void readInstance(VitalsReading& reading);
  static void readCpu(VitalsReading& reading);

  Session& session_;
  bool hostIsLocal_;
  std::optional<Counters> counters_;
  std::optional<std::chrono::steady_clock::time_point> countersSoughtAt_;
  std::optional<std::chrono::steady_clock::time_point> markedSoughtAt_;
  std::int64_t readings_ = 0;
  std::int64_t ownTransactions_ = 0;
  std::set<std::string> ownQueryIds_;
  std::set<std::string> prepared_;
  bool canPrepare_ = true;        ///< false behind a pooler that hands out another server session each time
  double activeSeen_ = 0;         ///< running statements, summed over the looks since the last reading
  std::int64_t activeLooks_ = 0;  ///< how many looks that were
};

}  // namespace hotswap::db::postgres
