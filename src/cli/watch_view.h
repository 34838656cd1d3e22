#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/terminal.h"
#include "cli/watch_state.h"

/// How a watched execution looks. Pure: from what is known to lines (without line ends), nothing is printed here.
namespace hotswap::cli {

/// How well an instance does, coarse enough that a line is worth printing when it changes.
enum class Strain { Unknown, Normal, Raised, Breach };
/// `latencyLimit`: the factor over the baseline that is a breach; half way to it counts as raised. Lock waits from 1 s
/// and lag from 10 s on count as raised too.
Strain strainOf(const InstanceReading& reading, double latencyLimit);

/// One instance's figures, e.g. `primary  latency 1.2 ms (baseline 1.1 ms, 1.1x)  lock wait 0 ms  lag -`.
std::string readingLine(const std::string& instance, const InstanceReading& reading, double latencyLimit,
                        const Paint& paint);

/// One line of the log, e.g. `12:00:01Z primary: statement 1 of 2 done (1.2 s, 10 rows)`. The statement's text follows
/// where it is asked for.
std::string logText(const LogLine& line, bool withStatement, const Paint& paint);

/// The part that is redrawn in place on a terminal: status, phases, bar, figures, the statement. No line is wider than
/// `width`. `remark`: of the connection, empty for none.
std::vector<std::string> liveBlock(const WatchState& state, TimePoint now, const std::string& remark, std::size_t width,
                                   const Paint& paint);

/// What came of an execution, from its final document: result, why, how the way back went, what is left to do.
std::vector<std::string> summaryLines(const Json& execution, const Paint& paint);

/// The lines for a watcher without a terminal: only what has changed, and progress in steps of ten percent. Remembers
/// what it has said.
class ChangeLines {
 public:
  explicit ChangeLines(const Paint& paint) : paint_(paint) {}
  std::vector<std::string> of(const WatchState& state, const WatchChange& change, TimePoint now);

 private:
  Paint paint_;
  std::string activity_;
  int tenths_ = -1;
  std::map<std::string, Strain> strains_;
};

/// The colour of a status of an execution, migration, phase or health.
Tone toneOf(const std::string& status);

}  // namespace hotswap::cli
