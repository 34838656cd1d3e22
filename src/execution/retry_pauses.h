#pragma once
#include "base/clock.h"
#include "base/random.h"

namespace hotswap::execution {

/// The pauses between attempts: each twice as long as the one before, from `first` up to `longest`, and on top of that
/// a random part of up to half of it, so that those who wait for the same lock don't come back together. Pure.
class RetryPauses {
 public:
  RetryPauses(Milliseconds first, Milliseconds longest, Random& random);
  /// In [base, 1.5 × base), never shorter than a millisecond.
  Milliseconds next();

 private:
  Milliseconds base_;
  Milliseconds longest_;
  Random& random_;
};

}  // namespace hotswap::execution
