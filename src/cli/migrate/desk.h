#pragma once
#include <stop_token>
#include <thread>

#include "base/random.h"
#include "cli/interrupt.h"
#include "cli/migrate/options.h"
#include "versioned/workplace.h"

namespace hotswap::cli {

/// Asks to stop as soon as Ctrl-C or SIGTERM comes.
class StopOnInterrupt {
 public:
  StopOnInterrupt();
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  InterruptScope scope_;
  std::stop_source source_;
  std::jthread watcher_;
};

/// A workplace of versioned migrations, made of the options of a command line. At most one at a time.
class Desk {
 public:
  /// Throws WrongUse where no database is named or an option is wrong, Error (ValidationError) for a URL that is none.
  Desk(const Context& context, const MigrateOptions& options, versioned::Observer& observer);

  [[nodiscard]] const versioned::Workplace& place() const { return place_; }

 private:
  SystemRandom random_;
  StopOnInterrupt interrupt_;
  versioned::Workplace place_;
};

}  // namespace hotswap::cli
