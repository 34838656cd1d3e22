#pragma once
#include <string>
#include <string_view>

namespace hotswap::versioned {

/// `text` without a byte order mark and with every line end as a single newline, so that what an editor or a checkout
/// does to line ends changes no checksum.
std::string withPlainLineEnds(std::string_view text);

/// The checksum of the forward part of a migration, `1:` and the SHA-256 of the normalised text in hexadecimal. The
/// number is that of the algorithm: a later one gets another number, and what an older one wrote stays valid.
std::string checksumOf(std::string_view forward);

/// Whether a checksum that was written earlier is that of a text whose checksum is `present` by now. An empty one, of
/// an entry taken over from a tool that keeps none, fits every text. Throws Error (ValidationError) for an algorithm
/// that only a later HotSwap knows.
bool fitsChecksum(std::string_view present, std::string_view written);

}  // namespace hotswap::versioned
