#pragma once
#include <map>
#include <string>
#include <string_view>

namespace hotswap {

/// A connection string, understood in three forms: `Host=…;Port=…;Database=…;Username=…;Password=…;SSL Mode=…` pairs,
/// libpq key/value strings (`host=… dbname=…`), and URIs (`postgresql://user:pw@host:port/db?sslmode=…`).
/// Keeps the settings under libpq's keywords (host, port, dbname, user, password, sslmode, …).
/// Never print `settings()` or what they hold: `masked()` is for people.
class ConnectionString {
 public:
  ConnectionString() = default;
  /// Throws Error (ValidationError) where `text` is none of the three forms, names an unknown keyword or has a broken
  /// escape. The message names the keyword, never a value.
  static ConnectionString parse(std::string_view text);

  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& settings() const { return settings_; }
  /// The value of a libpq keyword, empty where it is absent.
  [[nodiscard]] std::string value(std::string_view keyword) const;
  /// The same string with another value for one keyword.
  [[nodiscard]] ConnectionString with(std::string_view keyword, std::string_view value) const;
  /// `host=… port=… dbname=… user=… password=****`, with every secret replaced by `****`.
  [[nodiscard]] std::string masked() const;
  /// All settings as a libpq key/value string with secrets, quoted; for storing encrypted, never for showing.
  [[nodiscard]] std::string full() const;
  /// Whether it leads to this machine (Unix socket or loopback address), so that its CPU can be read here.
  [[nodiscard]] bool isLocal() const;

  friend bool operator==(const ConnectionString&, const ConnectionString&) = default;

 private:
  std::map<std::string, std::string, std::less<>> settings_;
};

/// True for texts that name a secret kept elsewhere: `env:NAME`, `file:/path`, `vault:path#key`.
bool isReference(std::string_view connectionString);

}  // namespace hotswap
