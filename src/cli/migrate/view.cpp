#include "cli/migrate/view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/time_text.h"
#include "cli/error_text.h"

namespace hotswap::cli {

namespace {

using versioned::Direction;
using versioned::Place;

constexpr std::size_t barWidth = 20;

std::string placeText(const Place& place, const Paint& paint) {
  std::string text = fmt::format("  {}", printable(place.file));
  if (place.line > 0) text += fmt::format(":{}:{}", place.line, place.column);
  text += '\n';
  if (place.line > 0) {
    // The excerpt counts lines itself, so that the line stands where its number says.
    text += excerpt(std::string(static_cast<std::size_t>(place.line) - 1, '\n') + place.text, place.line, place.column,
                    paint);
  }
  return text;
}

std::string labelled(const char* label, const std::string& text) {
  return text.empty() ? std::string() : fmt::format("  {}: {}\n", label, printable(text));
}

std::string listed(const std::vector<versioned::MigrationFile>& migrations) {
  constexpr std::size_t mostNamed = 5;
  std::string text;
  for (std::size_t index = 0; index < std::min(migrations.size(), mostNamed); ++index) {
    text += fmt::format("{}{}", index == 0 ? "" : ", ", printable(migrations[index].name()));
  }
  if (migrations.size() > mostNamed) text += fmt::format(" and {} more", migrations.size() - mostNamed);
  return text;
}

std::string detailsOf(const versioned::Failure& failure, const Paint& paint) {
  std::string text;
  if (failure.place) text += placeText(*failure.place, paint);
  text += labelled("detail", failure.detail) + labelled("hint", failure.hint);
  if (!failure.sqlState.empty()) text += fmt::format("  {}\n", printable(db::stateText(failure.sqlState)));
  return text;
}

std::string adviceOf(const versioned::Report& report) {
  const versioned::Failure& failure = *report.failure;
  const bool isDown = failure.direction == Direction::Down;
  const char* const command = isDown ? "down" : "up";
  const std::string title = printable(titleOf(failure.kind, failure.version));
  if (report.rolledBack) return fmt::format("What {} had done is rolled back.", title);
  if (failure.leftHalfDone && failure.interrupted) {
    return fmt::format("It is half-way; `hotswap migrate {}` goes on with {} where it stopped.", command, title);
  }
  if (failure.leftHalfDone) {
    const bool hasWayBack = !isDown && failure.kind == versioned::EntryKind::Versioned;
    return fmt::format(
        "It can't run in one transaction, and {} is left half-way. Mend the cause, then `hotswap migrate repair` and "
        "`{}` go on at this statement{}.",
        title, command, hasWayBack ? "; or roll it back with `hotswap migrate down`" : "");
  }
  if (failure.interrupted) return fmt::format("Nothing of {} is left in the database.", title);
  return fmt::format("Nothing of {} is left in the database. Mend it and run `hotswap migrate {}` again.", title,
                     command);
}

}  // namespace

MigrateView::MigrateView(const Context& context)
    : context_(context),
      area_(context.shell().out),
      draws_(context.forPeople() && context.shell().outIsTerminal && canDrawOver(context.shell())) {}

void MigrateView::draw(const std::vector<std::string>& lines) {
  if (!draws_) {
    for (const std::string& line : lines) context_.print(line + "\n");
    return;
  }
  std::vector<std::string> block;
  if (!atWork_.empty()) {
    const auto width = static_cast<std::size_t>(context_.shell().width());
    block.push_back(clipped(
        fmt::format("{} {}{}{}", bar(part_, barWidth), atWork_, activity_.empty() ? "" : ": ", printable(activity_)),
        width));
  }
  area_.show(lines, block);
}

void MigrateView::waitingFor(const db::LockHolder& holder) {
  std::string text = fmt::format("Waiting for another HotSwap: {}", printable(holder.application));
  if (!holder.user.empty()) text += fmt::format(" as {}", printable(holder.user));
  if (!holder.from.empty()) text += fmt::format(" from {}", printable(holder.from));
  if (holder.since) text += fmt::format(", since {}", toRfc3339(*holder.since));
  context_.remark(text + ".");
}

void MigrateView::started(const versioned::MigrationFile& migration, Direction direction, std::size_t ordinal,
                          std::size_t total) {
  atWork_ = fmt::format("{}/{} {}{}", ordinal, total, printable(migration.name()),
                        direction == Direction::Down ? ", way back" : "");
  activity_.clear();
  part_ = total == 0 ? 0 : static_cast<double>(ordinal - 1) / static_cast<double>(total);
  if (draws_) draw({});
}

void MigrateView::said(const std::string& level, const std::string& message) {
  if (draws_) area_.clear();
  context_.remark(fmt::format("{}{}", level == "info" ? "" : level + ": ", message));
  if (draws_) draw({});
}

void MigrateView::progressed(const std::string& activity, std::optional<double> percent) {
  activity_ = percent ? fmt::format("{} {:.0f} %", activity, *percent) : activity;
  if (draws_) {
    draw({});
  } else {
    context_.remark(fmt::format("{}: {}", atWork_, activity_));
  }
}

void MigrateView::finished(const versioned::MigrationFile& migration, Direction direction, Milliseconds duration) {
  atWork_.clear();
  draw({fmt::format("{} {}{}  {}", context_.paint()(Tone::Good, direction == Direction::Up ? "✓" : "↩"),
                    printable(migration.name()), direction == Direction::Down ? " rolled back" : "",
                    context_.paint()(Tone::Faint, toHumanText(duration)))});
}

void MigrateView::close() {
  atWork_.clear();
  if (draws_) area_.clear();
}

std::string failureText(const versioned::Report& report, const Paint& paint) {
  const versioned::Failure& failure = *report.failure;
  std::string text =
      fmt::format("{} {} {}: {}\n", paint(Tone::Bad, "hotswap:"), printable(nameOf(failure.kind, failure.version)),
                  failure.interrupted ? "was stopped" : "failed", printable(failure.message));
  text += detailsOf(failure, paint);
  if (report.wayBack) {
    text += fmt::format("Its back part failed, too: {}\n", printable(report.wayBack->message)) +
            detailsOf(*report.wayBack, paint);
  }
  text += adviceOf(report) + "\n";
  if (!report.done.empty()) text += fmt::format("Done before it: {}.\n", report.done.size());
  if (report.planned.size() > 1) {
    text += fmt::format("Not begun: {}.\n", listed({report.planned.begin() + 1, report.planned.end()}));
  }
  return text;
}

std::string faultsText(const std::vector<versioned::ScriptFault>& faults, const Paint& paint) {
  std::string text = fmt::format("{} nothing was run, for {}:\n", paint(Tone::Bad, "hotswap:"),
                                 faults.size() == 1 ? "a script can't be" : "scripts can't be");
  for (const versioned::ScriptFault& fault : faults) {
    text +=
        fmt::format("{}\n", printable(fault.message)) + placeText(fault.place, paint) + labelled("hint", fault.hint);
  }
  return text;
}

std::string summaryText(const versioned::Report& report) {
  if (report.done.empty()) return "Nothing to do.";
  std::size_t up = 0;
  Milliseconds duration{0};
  for (const versioned::Step& step : report.done) {
    if (step.direction == Direction::Up) ++up;
    duration += step.duration;
  }
  const std::size_t down = report.done.size() - up;
  if (up > 0 && down > 0)
    return fmt::format("{} rolled back and applied again.", printable(report.done.front().migration.name()));
  return fmt::format("{} migration{} {} in {}.", report.done.size(), report.done.size() == 1 ? "" : "s",
                     up > 0 ? "applied" : "rolled back", toHumanText(duration));
}

}  // namespace hotswap::cli
