#pragma once
#include <string>

#include "cli/context.h"
#include "cli/live_area.h"
#include "versioned/observer.h"
#include "versioned/report.h"

/// What `hotswap migrate` shows a person.
namespace hotswap::cli {

/// Shows what a command is doing: a line for each migration that is done, on a terminal with a bar below for the one
/// at work. Nothing with --json or --quiet but warnings.
class MigrateView final : public versioned::Observer {
 public:
  explicit MigrateView(const Context& context);

  void waitingFor(const db::LockHolder& holder) override;
  void started(const versioned::MigrationFile& migration, versioned::Direction direction, std::size_t ordinal,
               std::size_t total) override;
  void said(const std::string& level, const std::string& message) override;
  void progressed(const std::string& activity, std::optional<double> percent) override;
  void finished(const versioned::MigrationFile& migration, versioned::Direction direction,
                Milliseconds duration) override;
  /// Takes the bar away.
  void close();

 private:
  void draw(const std::vector<std::string>& lines);

  const Context& context_;
  LiveArea area_;
  bool draws_;
  std::string atWork_;
  std::string activity_;
  double part_ = 0;
};

/// A failure for a person: what, where with the line and a caret, what the server said, how things stand and what to do
/// now.
std::string failureText(const versioned::Report& report, const Paint& paint);
/// The faults of scripts that were refused, each with its line and a caret.
std::string faultsText(const std::vector<versioned::ScriptFault>& faults, const Paint& paint);
/// The last line of a command that went well.
std::string summaryText(const versioned::Report& report);

}  // namespace hotswap::cli
