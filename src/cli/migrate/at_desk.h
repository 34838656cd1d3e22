#pragma once
#include "cli/migrate/desk.h"
#include "cli/migrate/view.h"
#include "versioned/database_refusal.h"

namespace hotswap::cli {

/// Runs `action(place, view)` of a command with a workplace, and returns its exit code. What the database answers to
/// the command as a whole is thrown as versioned::explained says it.
template <class Action>
int atDesk(const Context& context, const MigrateOptions& options, const Action& action) {
  MigrateView view(context);
  const Desk desk(context, options, view);
  const versioned::Workplace& place = desk.place();
  try {
    const int code = action(place, view);
    view.close();
    return code;
  } catch (const db::SqlError& error) {
    view.close();
    throw versioned::explained(error, place.connection.value("dbname"));
  } catch (...) {
    view.close();
    throw;
  }
}

}  // namespace hotswap::cli
