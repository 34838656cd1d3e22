#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "domain/execution.h"

namespace hotswap::orchestrator {

/// Where an execution goes on, read from its journal. Also how it begins: an empty journal means from the start.
struct ResumePoint {
  enum class What {
    Prepare,      ///< nothing has been changed yet
    Apply,        ///< go on with unit `unit`
    SettleApply,  ///< unit `unit` was begun by a process that is gone: find out from the database, with `evidence`
    Watch,        ///< the script is done, the watch is not
    Verify,
    Finish,      ///< all is done but the last word
    Undo,        ///< the way back: go on with its unit `unit`
    SettleUndo,  ///< as SettleApply, for the way back
  } what = What::Prepare;
  std::size_t unit = 0;
  std::string evidence;
  int step = 0;             ///< sequence number of the step to settle
  std::size_t applied = 0;  ///< units of the forward script known to be done
  std::string reason;       ///< for Undo: why
};

/// Pure. `steps` in order, of one instance; `units`: how many units the forward script has.
ResumePoint resumePoint(const Execution& execution, const std::vector<Step>& steps, std::size_t units);

}  // namespace hotswap::orchestrator
