#include "cli/watch_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "base/time_text.h"

namespace hotswap::cli {

namespace {

constexpr std::size_t statementWidth = 200;
constexpr double raisedLockWaitMs = 1000;
constexpr double raisedLagSeconds = 10;
constexpr double breachingLagSeconds = 60;

std::string milliseconds(double amount) {
  if (amount >= 10'000) return fmt::format("{:.1f} s", amount / 1000);
  return amount >= 100 ? fmt::format("{:.0f} ms", amount) : fmt::format("{:.2f} ms", amount);
}

std::string latencyText(const InstanceReading& reading) {
  if (!reading.latencyMs) return "latency -";
  std::string text = "latency " + milliseconds(*reading.latencyMs);
  if (reading.baselineMs) text += fmt::format(" (baseline {}", milliseconds(*reading.baselineMs));
  if (const auto factor = reading.factor()) text += fmt::format(", {:.1f}x", *factor);
  if (reading.baselineMs) text += ")";
  return text;
}

Tone toneOfStrain(Strain strain) {
  switch (strain) {
    case Strain::Breach: return Tone::Bad;
    case Strain::Raised: return Tone::Warning;
    case Strain::Normal: return Tone::Good;
    case Strain::Unknown: break;
  }
  return Tone::Plain;
}

std::string phaseMark(const std::string& status) {
  if (status == "Succeeded") return "✓";
  if (status == "Failed") return "✗";
  if (status == "RolledBack") return "↺";
  return status == "Running" ? "▶" : "·";
}

std::string phaseText(const PhaseState& phase) {
  const std::string instances =
      phase.instances.empty() || phase.instances == phase.name ? std::string() : fmt::format(" ({})", phase.instances);
  return phase.name + instances;
}

std::string elapsedText(const WatchState& state, TimePoint now) {
  if (!state.startedAt || now < *state.startedAt) return {};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now - *state.startedAt).count();
  return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

std::string barLine(const WatchState& state, std::size_t width) {
  const std::size_t barWidth = std::clamp<std::size_t>(width / 3, 10, 40);
  const double percent = std::clamp(state.percent, 0.0, 100.0);
  const std::string head = fmt::format("  {} {:>3.0f} %", bar(percent / 100, barWidth), percent);
  return state.activity.empty() ? head : head + "  " + printable(state.activity);
}

}  // namespace

Tone toneOf(const std::string& status) {
  constexpr std::array good{"Succeeded", "Healthy", "Approved"};
  constexpr std::array bad{"Failed", "Unhealthy", "error"};
  constexpr std::array doubtful{"RolledBack", "Paused", "PendingApproval", "warning", "High"};
  const auto among = [&](const auto& list) { return std::find(list.begin(), list.end(), status) != list.end(); };
  if (among(good)) return Tone::Good;
  if (among(bad)) return Tone::Bad;
  return among(doubtful) ? Tone::Warning : Tone::Plain;
}

Strain strainOf(const InstanceReading& reading, double latencyLimit) {
  const auto factor = reading.factor();
  const bool breach =
      (factor && *factor >= latencyLimit) || (reading.lagSeconds && *reading.lagSeconds >= breachingLagSeconds);
  if (breach) return Strain::Breach;
  const bool raised = (factor && *factor >= (1 + latencyLimit) / 2) ||
                      (reading.lockWaitMs && *reading.lockWaitMs >= raisedLockWaitMs) ||
                      (reading.lagSeconds && *reading.lagSeconds >= raisedLagSeconds);
  if (raised) return Strain::Raised;
  return factor ? Strain::Normal : Strain::Unknown;
}

std::string readingLine(const std::string& instance, const InstanceReading& reading, double latencyLimit,
                        const Paint& paint) {
  const std::string lockWait = reading.lockWaitMs ? milliseconds(*reading.lockWaitMs) : std::string("-");
  const std::string lag = reading.lagSeconds ? fmt::format("{:.1f} s", *reading.lagSeconds) : std::string("-");
  const std::string rate =
      reading.queriesPerSecond ? fmt::format("  {:.0f} queries/s", *reading.queriesPerSecond) : std::string();
  return fmt::format("{}  {}  lock wait {}  lag {}{}", printable(instance),
                     paint(toneOfStrain(strainOf(reading, latencyLimit)), latencyText(reading)), lockWait, lag, rate);
}

std::string logText(const LogLine& line, bool withStatement, const Paint& paint) {
  std::string text = line.time.empty() ? std::string() : paint(Tone::Faint, line.time) + " ";
  if (line.level == "warning" || line.level == "error") text += paint(toneOf(line.level), line.level) + " ";
  if (!line.instance.empty()) text += printable(line.instance) + ": ";
  text += printable(line.message);
  std::string facts = line.duration;
  if (line.rows) facts += fmt::format("{}{} row{}", facts.empty() ? "" : ", ", *line.rows, *line.rows == 1 ? "" : "s");
  if (!facts.empty()) text += fmt::format(" ({})", facts);
  if (withStatement && !line.statement.empty()) {
    text += "  " + paint(Tone::Faint, printable(oneLine(line.statement, statementWidth)));
  }
  return text;
}

std::vector<std::string> liveBlock(const WatchState& state, TimePoint now, const std::string& remark, std::size_t width,
                                   const Paint& paint) {
  // Colours take no columns, so a line is cut before it is coloured, and lines with colours inside only where they fit.
  std::vector<std::string> lines;
  const auto add = [&](Tone tone, const std::string& text) { lines.push_back(paint(tone, clipped(text, width))); };
  add(toneOf(state.status),
      fmt::format("{}  {}  {}", printable(state.executionId), printable(state.status), elapsedText(state, now)));
  for (const PhaseState& phase : state.phases) {
    add(toneOf(phase.status), fmt::format("  {} {}", phaseMark(phase.status), printable(phaseText(phase))));
  }
  add(Tone::Plain, barLine(state, width));
  for (const auto& one : state.instances) {
    const auto lineFor = [&](InstanceReading shown, const Paint& colours) {
      return "  " + readingLine(one.first, shown, state.latencyLimit, colours);
    };
    // Where all of it doesn't fit, the rate goes first: it decides nothing.
    InstanceReading shown = one.second;
    if (displayWidth(lineFor(shown, Paint(false))) > width) shown.queriesPerSecond.reset();
    const std::string plain = lineFor(shown, Paint(false));
    if (displayWidth(plain) <= width) {
      lines.push_back(lineFor(shown, paint));
    } else {
      add(toneOfStrain(strainOf(one.second, state.latencyLimit)), plain);
    }
  }
  if (!state.statement.empty()) add(Tone::Faint, "  " + printable(oneLine(state.statement, statementWidth)));
  if (!remark.empty()) add(Tone::Warning, "  " + printable(remark));
  return lines;
}

std::vector<std::string> summaryLines(const Json& execution, const Paint& paint) {
  const std::string status = textOf(execution, "status");
  const std::string duration = durationOf(execution, "duration");
  const auto rows = numberOf(execution, "rowsAffected");
  std::string first = paint(toneOf(status), printable(status));
  if (flagOf(execution, "dryRun")) first += " (dry run)";
  if (!duration.empty()) first += " after " + duration;
  if (status == "Succeeded" && rows) first += fmt::format(", {:.0f} row{} affected", *rows, *rows == 1 ? "" : "s");
  std::vector<std::string> lines{first};
  if (const std::string why = textOf(execution, "errorMessage"); !why.empty())
    lines.push_back("  why: " + printable(why));
  const Json& rollback = memberOf(execution, "rollback");
  if (!rollback.is_object()) return lines;
  const std::string reason = textOf(rollback, "reason");
  if (!reason.empty() && reason != textOf(execution, "errorMessage"))
    lines.push_back("  rolled back because: " + printable(reason));
  const std::string took = durationOf(rollback, "duration");
  if (flagOf(rollback, "verified")) {
    lines.push_back(fmt::format("  {}{}", paint(Tone::Good, "the schema is proved to be as before"),
                                took.empty() ? std::string() : fmt::format(", the way back took {}", took)));
  } else if (status == "RolledBack") {
    lines.emplace_back("  it ended before the first change, so there was nothing to undo");
  } else if (!textOf(rollback, "completedAt").empty()) {
    lines.push_back("  " + paint(Tone::Bad, "the schema is NOT proved to be as before"));
  }
  if (const std::string left = textOf(rollback, "error"); !left.empty()) {
    lines.push_back("  " + paint(Tone::Bad, "left to do by hand: ") + printable(left));
  }
  return lines;
}

std::vector<std::string> ChangeLines::of(const WatchState& state, const WatchChange& change, TimePoint now) {
  std::vector<std::string> lines;
  const std::string time = paint_(Tone::Faint, clockTime(now)) + " ";
  if (change.log) lines.push_back(logText(*change.log, true, paint_));
  if (change.phase) {
    lines.push_back(fmt::format("{}phase {}: {}", time, printable(phaseText(*change.phase)),
                                paint_(toneOf(change.phase->status), printable(change.phase->status))));
  }
  if (change.status) {
    const std::string why = state.message.empty() ? std::string() : ": " + printable(state.message);
    lines.push_back(fmt::format("{}status {}{}", time, paint_(toneOf(state.status), printable(state.status)), why));
  }
  const int tenths = static_cast<int>(std::clamp(state.percent, 0.0, 100.0) / 10);
  // The activity holds figures that change all the time; its first word says whether it is another one.
  const std::string activity = state.activity.substr(0, state.activity.find(':'));
  if (change.progress && (tenths != tenths_ || activity != activity_)) {
    tenths_ = tenths;
    activity_ = activity;
    lines.push_back(fmt::format("{}{:.0f} %{}", time, state.percent,
                                state.activity.empty() ? "" : " " + printable(state.activity)));
  }
  if (change.instance) {
    const InstanceReading& reading = state.instances.at(*change.instance);
    const Strain strain = strainOf(reading, state.latencyLimit);
    const auto known = strains_.find(*change.instance);
    if (known == strains_.end() || known->second != strain) {
      strains_[*change.instance] = strain;
      lines.push_back(time + readingLine(*change.instance, reading, state.latencyLimit, paint_));
    }
  }
  return lines;
}

}  // namespace hotswap::cli
