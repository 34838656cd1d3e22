#pragma once
#include <string_view>

#include "domain/connection_keywords.h"

namespace hotswap {

// The three forms of connection strings, each with its own grammar. All throw Error (ValidationError), see
// `addConnectionSetting`, and none ever reads beyond its text, whatever bytes are in it.

/// `Host=…;Port=…;` pairs as in .NET: names in any case, values bare or in "…" or '…' with the quote doubled inside.
ConnectionSettings parsePairs(std::string_view text);

/// libpq's `host=… password='it\'s'` (PostgreSQL manual, section 34.1.1.1).
struct KeyValueForm {
  ConnectionSettings settings;
  bool bareSemicolon = false;  ///< a value without quotes holds a `;`, so that it may have been meant as pairs
};
KeyValueForm parseKeyValues(std::string_view text);

/// `postgresql://user:password@host:port,host:port/dbname?keyword=value` (same manual, section 34.1.1.2).
ConnectionSettings parseUri(std::string_view text);
/// True where `text` begins like a URI of any kind.
bool looksLikeUri(std::string_view text);

}  // namespace hotswap
