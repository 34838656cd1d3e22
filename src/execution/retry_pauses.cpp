#include "execution/retry_pauses.h"

#include <algorithm>

namespace hotswap::execution {

RetryPauses::RetryPauses(Milliseconds first, Milliseconds longest, Random& random)
    : base_(std::max(first, Milliseconds(1))), longest_(std::max(longest, base_)), random_(random) {}

Milliseconds RetryPauses::next() {
  const auto jitter = static_cast<Milliseconds::rep>(static_cast<double>(base_.count()) / 2 * random_.uniform());
  const Milliseconds pause = base_ + Milliseconds(jitter);
  base_ = base_ > longest_ / 2 ? longest_ : base_ * 2;
  return pause;
}

}  // namespace hotswap::execution
