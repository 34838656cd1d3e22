#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cli/cli.h"
#include "cli/client.h"
#include "cli/error_text.h"
#include "cli/session_file.h"
#include "cli/shell.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace hotswap::cli {

/// The options that every command takes.
struct GlobalOptions {
  std::string url;
  std::string caFile;
  bool json = false;
  bool quiet = false;
  bool insecure = false;
  double requestTimeoutSeconds = 60;
};

/// What an action works with: the shell, the global options, and the service they lead to.
/// Standard output carries either the service's JSON (--json), or bare ids (--quiet), or text for a person.
class Context {
 public:
  Context(const Shell& shell, const GlobalOptions& options, const Program& program)
      : shell_(shell), options_(options), program_(program) {}

  [[nodiscard]] const Shell& shell() const { return shell_; }
  [[nodiscard]] const GlobalOptions& options() const { return options_; }
  [[nodiscard]] const Program& program() const { return program_; }
  [[nodiscard]] bool forPeople() const { return !options_.json && !options_.quiet; }

  /// The service meant: --url, else HOTSWAP_URL, else the one logged in to last, else http://127.0.0.1:5000.
  [[nodiscard]] std::string url() const;
  /// HOTSWAP_TOKEN, else the remembered login at that very URL; nothing where there is neither.
  [[nodiscard]] std::optional<Login> login() const;
  /// A client with that login. Throws Error (Unauthorized) where there is none.
  [[nodiscard]] const Client& client();
  /// A client of any service without a login.
  [[nodiscard]] Client clientWithoutLogin(const std::string& url) const;

  /// With --json prints the answer as the service gave it and says true.
  bool printedAsJson(const Answer& answer) const;
  /// With --quiet prints one line (an id) and says true.
  bool printedAsId(std::string_view id) const;
  /// Text for a person on standard output; nothing with --json or --quiet.
  void print(std::string_view text) const;
  void printTable(const Table& table) const;
  /// A remark on standard error that belongs to no result; nothing with --json or --quiet.
  void remark(std::string_view text) const;

  [[nodiscard]] Paint paint() const { return paintFor(shell_, shell_.outIsTerminal); }

  /// Scripts that errors may point into.
  KnownScripts scripts;

 private:
  const Shell& shell_;
  const GlobalOptions& options_;
  const Program& program_;
  std::optional<Client> client_;
};

}  // namespace hotswap::cli
