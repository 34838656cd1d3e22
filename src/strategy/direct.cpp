#include "strategy/direct.h"

namespace hotswap::strategy {

Plan direct(const ExecutionOptions& options) {
  return {{.name = "primary", .instances = {primaryInstance}, .watch = options.watch.primary}};
}

}  // namespace hotswap::strategy
