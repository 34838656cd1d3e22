#include "store/user_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "store/audit_rows.h"
#include "store/connections.h"
#include "store/query.h"

namespace hotswap::store {

namespace {

constexpr const char* columns = "SELECT id, username, role, password_hash, disabled, created_at, updated_at FROM users";

std::vector<User> readRows(Query& query) {
  std::vector<User> users;
  User user;
  int disabled = 0;
  query.into(user.id).into(user.username).into(user.role).into(user.passwordHash).into(disabled);
  query.into(user.createdAt).into(user.updatedAt);
  while (query.next()) {
    users.push_back(user);
    users.back().disabled = disabled != 0;
  }
  return users;
}

User readExisting(soci::session& session, const UserId& id) {
  Query query(session, std::string(columns) + " WHERE id = :id");
  query.bind("id", id);
  auto found = readRows(query);
  if (found.empty()) throw Error(ErrorCode::NotFound, fmt::format("There is no user {}.", id.text()));
  return std::move(found.front());
}

void checkNameIsFree(soci::session& session, const User& user) {
  const std::string lower = toLower(user.username);
  UserId other;
  Query query(session, "SELECT id FROM users WHERE username_lower = :name");
  query.bind("name", lower).into(other);
  if (query.next() && other != user.id) {
    throw Error(ErrorCode::Conflict, "There is a user of that name already.", {{"username", "is taken"}});
  }
}

void insertUser(soci::session& session, const User& user) {
  const std::string lower = toLower(user.username);
  const int disabled = user.disabled ? 1 : 0;
  checkNameIsFree(session, user);
  Query(session, R"(
    INSERT INTO users (id, username, username_lower, role, password_hash, disabled, created_at, updated_at)
    VALUES (:id, :username, :lower, :role, :hash, :disabled, :created_at, :updated_at))")
      .bind("id", user.id)
      .bind("username", user.username)
      .bind("lower", lower)
      .bind("role", user.role)
      .bind("hash", user.passwordHash)
      .bind("disabled", disabled)
      .bind("created_at", user.createdAt)
      .bind("updated_at", user.updatedAt)
      .run();
}

bool isEnabledAdmin(const User& user) { return user.role == Role::Admin && !user.disabled; }

/// To be called after the change: `before` is the user as it was.
void checkAnAdminIsLeft(soci::session& session, const User& before) {
  if (!isEnabledAdmin(before)) return;
  std::int64_t admins = 0;
  Query(session, "SELECT COUNT(*) FROM users WHERE role = 'Admin' AND disabled = 0").into(admins).next();
  if (admins == 0) {
    throw Error(ErrorCode::Conflict,
                fmt::format("The user {} is the last enabled Admin; make another one first.", before.username));
  }
}

}  // namespace

void UserStore::add(const User& user) {
  connections_.write([&](soci::session& session) { insertUser(session, user); });
}

void UserStore::addFirst(const User& user, const AuditRow& row) {
  connections_.write([&](soci::session& session) {
    std::int64_t total = 0;
    Query(session, "SELECT COUNT(*) FROM users").into(total).next();
    if (total > 0) throw Error(ErrorCode::Conflict, "There is a user already.");
    insertUser(session, user);
    insertAuditRow(session, row);
  });
}

User UserStore::get(const UserId& id) const {
  return connections_.read([&](soci::session& session) { return readExisting(session, id); });
}

std::optional<User> UserStore::findByName(const std::string& username) const {
  const std::string lower = toLower(username);
  return connections_.read([&](soci::session& session) -> std::optional<User> {
    Query query(session, std::string(columns) + " WHERE username_lower = :name");
    query.bind("name", lower);
    auto found = readRows(query);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
  });
}

Page<User> UserStore::list(const PageRequest& page) const {
  const PageRequest part = bounded(page);
  return connections_.read([&](soci::session& session) {
    Page<User> result;
    Query(session, "SELECT COUNT(*) FROM users").into(result.total).next();
    Query rows(session, std::string(columns) + " ORDER BY username_lower LIMIT :limit OFFSET :offset");
    rows.bind("limit", part.limit).bind("offset", part.offset);
    result.items = readRows(rows);
    return result;
  });
}

void UserStore::update(const User& user) {
  const std::string lower = toLower(user.username);
  const int disabled = user.disabled ? 1 : 0;
  connections_.write([&](soci::session& session) {
    const User before = readExisting(session, user.id);
    const TimePoint updatedAt = std::max(user.updatedAt, before.updatedAt + Milliseconds(1));
    checkNameIsFree(session, user);
    Query(session, R"(
      UPDATE users SET username = :username, username_lower = :lower, role = :role, password_hash = :hash,
        disabled = :disabled, updated_at = :updated_at
      WHERE id = :id)")
        .bind("username", user.username)
        .bind("lower", lower)
        .bind("role", user.role)
        .bind("hash", user.passwordHash)
        .bind("disabled", disabled)
        .bind("updated_at", updatedAt)
        .bind("id", user.id)
        .run();
    checkAnAdminIsLeft(session, before);
  });
}

void UserStore::remove(const UserId& id) {
  connections_.write([&](soci::session& session) {
    const User before = readExisting(session, id);
    Query(session, "DELETE FROM users WHERE id = :id").bind("id", id).run();
    checkAnAdminIsLeft(session, before);
  });
}

std::int64_t UserStore::count() const {
  return connections_.read([&](soci::session& session) {
    std::int64_t total = 0;
    Query(session, "SELECT COUNT(*) FROM users").into(total).next();
    return total;
  });
}

}  // namespace hotswap::store
