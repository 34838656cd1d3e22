#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "cli/shell.h"

namespace hotswap::cli {

/// A login that is remembered.
struct Login {
  std::string token;
  std::string expiresAt;  ///< RFC 3339, as the service said
  std::string username;
  std::string role;
  std::string caFile;  ///< what --ca-file was at login, empty for none
};

/// The logins of a person by URL (normalised), and which service is meant where none is named.
struct Logins {
  std::string current;
  std::map<std::string, Login> byUrl;
};

/// Where logins are kept: `$XDG_CONFIG_HOME/hotswap/session.json`, else `~/.config/hotswap/session.json`; readable by
/// its owner alone (0600) from the first byte on, and replaced as a whole, so that a reader sees the old or the new.
class SessionFile {
 public:
  explicit SessionFile(std::filesystem::path path) : path_(std::move(path)) {}
  /// Throws Error where neither variable says where it is.
  static SessionFile of(const Shell& shell);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Nothing remembered where there is no file. Throws Error where it can't be read, isn't a session file, or others
  /// than its owner may use it.
  [[nodiscard]] Logins load() const;
  /// As `load`, whoever may use the file; for a login, which replaces it.
  [[nodiscard]] Logins read() const;
  /// Throws Error where it can't be written; the old file then stands.
  void save(const Logins& logins) const;

 private:
  std::filesystem::path path_;
};

}  // namespace hotswap::cli
