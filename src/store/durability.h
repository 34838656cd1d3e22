#pragma once

namespace hotswap::store {

/// What a write that has returned survives. A sync of the disk at each write costs milliseconds (3 to 6 ms on a common
/// SSD); without it, a loss of power may take the last writes away (the store stays whole), while the death of the
/// process takes nothing.
enum class Durability { PowerLoss, ProcessDeath };

}  // namespace hotswap::store
