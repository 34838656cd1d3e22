#include "cli/watch.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/execution_stream.h"
#include "cli/live_area.h"
#include "cli/service_url.h"
#include "cli/terminal.h"
#include "cli/watch_view.h"

namespace hotswap::cli {

namespace {

/// Brings what the stream tells onto the screen.
class Screen {
 public:
  Screen(Context& context, const std::string& executionId)
      : context_(context),
        area_(context.shell().out),
        changes_(context.paint()),
        inPlace_(canDrawOver(context.shell())) {
    state_.executionId = executionId;
  }

  void takeDocument(const Json& execution) {
    const std::string before = state_.status;
    cli::takeDocument(state_, execution);
    if (state_.status != before && !state_.isOver()) {
      WatchChange change;
      change.status = true;
      show(change);
    }
    fillGapInLog();
  }

  void takeEvent(const ServerEvent& event) {
    WatchChange change = cli::takeEvent(state_, event);
    if (change.log && change.log->sequence > 0) {
      if (change.log->sequence <= lastLog_) change.log.reset();
      if (change.log) lastLog_ = change.log->sequence;
    }
    if (change.shutdown) remark_ = "the service is stopping; it takes the execution up again when it starts";
    if (context_.forPeople() && (change.phase || change.instance)) askForBaseline();
    show(change);
  }

  void remark(const std::string& text) {
    if (text == remark_) return;
    if (!inPlace_) context_.remark(text.empty() ? "hotswap: connected again" : "hotswap: " + text);
    remark_ = text;
    tick();
  }

  void tick() {
    if (inPlace_ && context_.forPeople()) area_.show({}, block());
  }

  void finish(const Json& execution) {
    area_.clear();
    for (const std::string& line : summaryLines(execution, context_.paint())) context_.print(line + "\n");
  }

  void leave() { tick(); }

 private:
  [[nodiscard]] std::vector<std::string> block() const {
    return liveBlock(state_, context_.shell().clock.now(), remark_, static_cast<std::size_t>(context_.shell().width()),
                     context_.paint());
  }

  void show(const WatchChange& change) {
    if (!context_.forPeople()) return;
    if (inPlace_) {
      std::vector<std::string> lines;
      if (change.log) lines.push_back(logText(*change.log, false, context_.paint()));
      area_.show(lines, block());
      return;
    }
    for (const std::string& line : changes_.of(state_, change, context_.shell().clock.now()))
      context_.print(line + "\n");
    context_.shell().out.flush();
  }

  /// Lines written while nobody listened: before the watch began, or while the connection was lost.
  void fillGapInLog() {
    if (!context_.forPeople()) return;
    constexpr std::size_t pageSize = 200;
    std::size_t received = pageSize;
    while (received == pageSize) {
      const std::string path = withQuery(
          "/executions/" + pathPart(state_.executionId) + "/logs",
          {{"after", lastLog_ > 0 ? std::to_string(lastLog_) : std::string()}, {"limit", std::to_string(pageSize)}});
      const auto entries = listOf(context_.client().get(path).document(), "logs");
      const std::int64_t before = lastLog_;
      for (const Json& entry : entries) takeLogEntry(logLineOf(entry));
      // A page without anything new would be the same the next time.
      received = lastLog_ > before ? entries.size() : 0;
    }
  }

  void takeLogEntry(const LogLine& line) {
    if (line.sequence <= lastLog_) return;
    lastLog_ = line.sequence;
    if (!line.statement.empty()) state_.statement = line.statement;
    WatchChange change;
    change.log = line;
    show(change);
  }

  /// The baseline is captured after the execution has begun; it comes with the execution, not with an event.
  void askForBaseline() {
    for (const auto& [instance, reading] : state_.instances) {
      if (reading.baselineMs) return;
    }
    const auto now = context_.shell().clock.steadyNow();
    constexpr std::chrono::seconds pause{5};
    if (askedAt_ && now - *askedAt_ < pause) return;
    askedAt_ = now;
    const Json execution = context_.client().get("/executions/" + pathPart(state_.executionId)).document();
    const Json& baseline = memberOf(execution, "baseline");
    const auto latency = numberOf(memberOf(baseline, "snapshot"), "avgQueryLatencyMs");
    if (latency) state_.instances[textOf(baseline, "instance")].baselineMs = latency;
  }

  Context& context_;
  WatchState state_;
  LiveArea area_;
  ChangeLines changes_;
  bool inPlace_;
  std::string remark_;
  std::int64_t lastLog_ = 0;
  std::optional<std::chrono::steady_clock::time_point> askedAt_;
};

}  // namespace

int exitCodeOf(const std::string& executionStatus) {
  if (executionStatus == "Succeeded") return ExitCode::done;
  return executionStatus == "Failed" ? ExitCode::failed : ExitCode::pendingOrRolledBack;
}

int watchExecution(Context& context, const std::string& executionId) {
  Screen screen(context, executionId);
  ExecutionStream stream(context.client(), context.shell().clock, executionId);
  const auto end = stream.follow({.document = [&](const Json& execution) { screen.takeDocument(execution); },
                                  .event = [&](const ServerEvent& event) { screen.takeEvent(event); },
                                  .remark = [&](const std::string& text) { screen.remark(text); },
                                  .tick = [&] { screen.tick(); }});
  const Json execution = stream.newest().body.empty() ? Json() : stream.newest().document();
  switch (end) {
    case ExecutionStream::End::Over:
      screen.finish(execution);
      context.printedAsJson(stream.newest());
      return exitCodeOf(textOf(execution, "status"));
    case ExecutionStream::End::GivenUp:
      screen.leave();
      context.shell().err << fmt::format(
          "hotswap: {} could not be reached for {} minutes; look later with `hotswap execution watch {}`\n",
          context.url(), std::chrono::duration_cast<std::chrono::minutes>(ExecutionStream::patience).count(),
          executionId);
      return ExitCode::pendingOrRolledBack;
    case ExecutionStream::End::Interrupted: break;
  }
  screen.leave();
  context.shell().err << fmt::format(
      "hotswap: no longer watching; the execution goes on\n"
      "  look again: hotswap execution watch {0}\n"
      "  stop it:    hotswap execution cancel {0}\n",
      executionId);
  return ExitCode::interrupted;
}

}  // namespace hotswap::cli
