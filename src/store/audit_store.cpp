#include "store/audit_store.h"

#include "store/audit_rows.h"
#include "store/connections.h"
#include "store/query.h"

namespace hotswap::store {

void insertAuditRow(soci::session& session, const AuditRow& row) {
  std::int64_t sequence = 0;
  Query(session, "SELECT COALESCE(MAX(sequence), 0) + 1 FROM audit").into(sequence).next();
  Query(session, R"(
    INSERT INTO audit (sequence, occurred_at, user_name, address, event, object_id, details, trace_id)
    VALUES (:sequence, :at, :user, :address, :event, :object, :details, :trace))")
      .bind("sequence", sequence)
      .bind("at", row.time)
      .bind("user", row.user)
      .bind("address", row.address)
      .bind("event", row.event)
      .bind("object", row.object)
      .bind("details", row.details)
      .bind("trace", row.traceId)
      .run();
}

void AuditStore::append(const AuditRow& row) {
  connections_.write([&](soci::session& session) { insertAuditRow(session, row); });
}

Page<AuditRow> AuditStore::list(const AuditFilter& filter, const PageRequest& page) const {
  Conditions where;
  if (filter.from) where.add("occurred_at >= :from");
  if (filter.to) where.add("occurred_at <= :to");
  if (filter.user) where.add("user_name = :user");
  if (filter.event) where.add("event = :event");
  if (filter.object) where.add("object_id = :object");
  const auto bindFilter = [&](Query& query) {
    if (filter.from) query.bind("from", *filter.from);
    if (filter.to) query.bind("to", *filter.to);
    if (filter.user) query.bind("user", *filter.user);
    if (filter.event) query.bind("event", *filter.event);
    if (filter.object) query.bind("object", *filter.object);
  };
  const PageRequest part = bounded(page);
  return connections_.read([&](soci::session& session) {
    Page<AuditRow> result;
    Query count(session, "SELECT COUNT(*) FROM audit" + where.text());
    bindFilter(count);
    count.into(result.total).next();
    AuditRow r;
    Query rows(session, R"(
      SELECT sequence, occurred_at, user_name, address, event, object_id, details, trace_id
      FROM audit)" + where.text() +
                            " ORDER BY sequence DESC LIMIT :limit OFFSET :offset");
    bindFilter(rows);
    rows.bind("limit", part.limit).bind("offset", part.offset);
    rows.into(r.sequence).into(r.time).into(r.user).into(r.address).into(r.event).into(r.object).into(r.details);
    rows.into(r.traceId);
    while (rows.next()) result.items.push_back(r);
    return result;
  });
}

}  // namespace hotswap::store
