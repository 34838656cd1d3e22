#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/commands/commands.h"
#include "cli/json_text.h"
#include "cli/password.h"
#include "cli/service_error.h"
#include "cli/service_url.h"

namespace hotswap::cli {

namespace {

struct LoginOptions {
  std::string url;
  std::string username;
  bool passwordFromStdin = false;
};

int login(Context& context, const LoginOptions& options) {
  const std::string url = options.url.empty() ? context.url() : normalisedUrl(options.url);
  const SessionFile file = SessionFile::of(context.shell());
  Logins logins = file.read();
  if (url.starts_with("http://") && !isLoopback(url)) {
    context.remark(fmt::format("hotswap: warning: {} is not encrypted, so the password can be read on its way", url));
  }
  std::string username = options.username;
  if (username.empty() && !context.shell().inIsTerminal)
    throw WrongUse("--username is required where there is no terminal to ask on");
  if (username.empty()) username = askLine(context.shell(), "Username: ");
  const std::string password =
      readPassword(context.shell(), {.fromStdin = options.passwordFromStdin,
                                     .fromVariable = context.shell().variable("HOTSWAP_PASSWORD"),
                                     .prompt = fmt::format("Password of {} at {}: ", printable(username), url)});
  const Client client = context.clientWithoutLogin(url);
  const Answer answer = client.post("/authentication/login", {{"username", username}, {"password", password}});
  const Json document = answer.document();
  const Json& user = memberOf(document, "user");
  const Login made{.token = textOf(document, "token"),
                   .expiresAt = textOf(document, "expiresAt"),
                   .username = textOf(user, "username"),
                   .role = textOf(user, "role"),
                   .caFile = context.options().caFile.empty()
                                 ? std::string()
                                 : std::filesystem::absolute(context.options().caFile).string()};
  if (made.token.empty())
    throw Error(ErrorCode::InternalError, fmt::format("{} gave no token; is it the service's URL?", url));
  logins.byUrl[url] = made;
  logins.current = url;
  file.save(logins);
  if (context.printedAsJson(answer)) return ExitCode::done;
  context.print(fmt::format("Logged in to {} as {} ({}) until {}.\n", url, printable(made.username),
                            printable(made.role), printable(momentOf(document, "expiresAt"))));
  return ExitCode::done;
}

int logout(Context& context, bool everywhere) {
  const SessionFile file = SessionFile::of(context.shell());
  Logins logins = file.load();
  const std::string url = context.url();
  const bool known = everywhere ? !logins.byUrl.empty() : logins.byUrl.contains(url);
  if (everywhere) {
    logins = {};
  } else {
    logins.byUrl.erase(url);
    if (logins.current == url) logins.current.clear();
  }
  if (known) file.save(logins);
  const std::string where = everywhere ? "everywhere" : url;
  context.print(known ? fmt::format("Logged out ({}).\n", where) : fmt::format("There was no login ({}).\n", where));
  if (context.shell().variable("HOTSWAP_TOKEN")) context.remark("HOTSWAP_TOKEN is set and still used.");
  return ExitCode::done;
}

int whoami(Context& context) {
  const std::string url = context.url();
  const auto known = context.login();
  if (!known) {
    throw Error(ErrorCode::Unauthorized, fmt::format("you are not logged in to {}; use `hotswap login {}`", url, url));
  }
  // Who a token of the environment belongs to is the service's secret; whether it is accepted can be asked.
  static_cast<void>(context.client().get(withQuery("/databases", {{"limit", "1"}})));
  if (context.options().json) {
    context.shell().out << Json{{"url", url},
                                {"username", known->username},
                                {"role", known->role},
                                {"expiresAt", known->expiresAt}}
                               .dump()
                        << '\n';
    return ExitCode::done;
  }
  if (context.printedAsId(known->username)) return ExitCode::done;
  if (known->username.empty()) {
    context.print(fmt::format("HOTSWAP_TOKEN is accepted by {}.\n", url));
    return ExitCode::done;
  }
  const Json expiry{{"expiresAt", known->expiresAt}};
  context.print(fmt::format("{} ({}) at {}, until {}\n", printable(known->username), printable(known->role), url,
                            printable(momentOf(expiry, "expiresAt"))));
  return ExitCode::done;
}

}  // namespace

void addLogin(CommandTree& tree) {
  auto options = std::make_shared<LoginOptions>();
  CLI::App& in = tree.addCommand(
      tree.root(),
      {.name = "login",
       .description = "Log in to a service and remember it",
       .example = "hotswap login http://127.0.0.1:5000 --username admin\n"
                  "hotswap login https://hotswap.example --username ci --password-stdin < password.txt"},
      [options](Context& context) { return login(context, *options); });
  addOption(in, "URL", options->url, "URL", "The service; without it the one that other commands talk to");
  addOption(in, "--username", options->username, "NAME", "Who logs in; asked where it is missing");
  in.add_flag("--password-stdin", options->passwordFromStdin,
              "Read the password from standard input; without it HOTSWAP_PASSWORD is taken, else it is asked");

  auto everywhere = std::make_shared<bool>(false);
  CLI::App& out = tree.addCommand(
      tree.root(), {.name = "logout", .description = "Forget the login at a service", .example = "hotswap logout"},
      [everywhere](Context& context) { return logout(context, *everywhere); });
  out.add_flag("--all", *everywhere, "Forget the logins at all services");

  tree.addCommand(tree.root(),
                  {.name = "whoami",
                   .description = "Say who is logged in where. The service is asked whether that still holds",
                   .example = "hotswap whoami"},
                  whoami);
}

}  // namespace hotswap::cli
