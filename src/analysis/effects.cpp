#include "analysis/effects.h"

#include <algorithm>

namespace hotswap::analysis {

bool Effects::blocksReads() const {
  return std::ranges::any_of(locks,
                             [](const RelationLock& lock) { return !lock.own && analysis::blocksReads(lock.mode); });
}

bool Effects::blocksWrites() const {
  return std::ranges::any_of(locks,
                             [](const RelationLock& lock) { return !lock.own && analysis::blocksWrites(lock.mode); });
}

}  // namespace hotswap::analysis
