#include "versioned/history_entry.h"

namespace hotswap::versioned {

std::string titleOf(EntryKind kind, const std::string& version) {
  return kind == EntryKind::Repeatable ? "repeatable " + version : version;
}

std::string nameOf(EntryKind kind, const std::string& version) {
  switch (kind) {
    case EntryKind::Versioned: return "version " + version;
    case EntryKind::Repeatable: return "repeatable " + version;
    case EntryKind::Orchestrated: return "migration " + version;
  }
  return version;
}

}  // namespace hotswap::versioned
