#pragma once
#include <memory>

#include "versioned/adopt/foreign_history.h"

/// The tools, one file each.
namespace hotswap::versioned {

std::unique_ptr<ForeignHistory> makeFlyway();
std::unique_ptr<ForeignHistory> makeLiquibase();
std::unique_ptr<ForeignHistory> makeDbmate();
std::unique_ptr<ForeignHistory> makeGolangMigrate();
std::unique_ptr<ForeignHistory> makeGoose();
std::unique_ptr<ForeignHistory> makeSqitch();

}  // namespace hotswap::versioned
