#pragma once
#include <optional>
#include <string>

namespace hotswap::analysis {

/// A migration as it is to be judged.
struct ValidationRequest {
  std::string migrationScript;
  std::optional<std::string> rollbackScript;
  bool dryRun = false;  ///< also run the script inside a transaction that is rolled back, as far as statements allow it
  bool needsWayBack = true;  ///< a script without a way back is worth a warning
  /// Also run the script forward, back and forward again in a scratch database on the target's server. Without a way
  /// back, the one that follows from the script is taken, where that is whole.
  bool rehearse = false;
  bool inverses = true;  ///< also find the way back of each statement
};

}  // namespace hotswap::analysis
