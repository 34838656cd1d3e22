#pragma once
#include <soci/soci.h>

#include "domain/audit.h"

namespace hotswap::store {

/// Adds a row to the audit trail inside of a transaction that writes; its sequence is given here.
void insertAuditRow(soci::session& session, const AuditRow& row);

}  // namespace hotswap::store
