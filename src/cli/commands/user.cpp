#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/listing.h"
#include "cli/password.h"
#include "cli/service_error.h"
#include "cli/service_url.h"
#include "domain/user.h"

namespace hotswap::cli {

namespace {

struct UserOptions {
  std::string name;
  std::string role;
  bool passwordFromStdin = false;
  bool newPassword = false;
  bool disable = false;
  bool enable = false;
};

std::string newPasswordFor(Context& context, const UserOptions& options) {
  // HOTSWAP_PASSWORD is the password of the one who works here, never that of the one who is changed.
  return readPassword(context.shell(), {.fromStdin = options.passwordFromStdin,
                                        .fromVariable = {},
                                        .prompt = fmt::format("New password of {}: ", printable(options.name)),
                                        .twice = true});
}

int printUser(Context& context, const Answer& answer) {
  if (context.printedAsJson(answer)) return ExitCode::done;
  const Json user = answer.document();
  if (context.printedAsId(textOf(user, "userId"))) return ExitCode::done;
  context.print(fieldLines({{"name", textOf(user, "username")},
                            {"id", textOf(user, "userId")},
                            {"role", textOf(user, "role")},
                            {"disabled", flagOf(user, "disabled") ? "yes" : ""},
                            {"created", momentOf(user, "createdAt")}},
                           context.paint()));
  return ExitCode::done;
}

int add(Context& context, const UserOptions& options) {
  const std::string password = newPasswordFor(context, options);
  return printUser(
      context,
      context.client().post("/users", {{"username", options.name}, {"role", options.role}, {"password", password}}));
}

int update(Context& context, const UserOptions& options) {
  Json request = Json::object();
  if (!options.role.empty()) request["role"] = options.role;
  if (options.disable || options.enable) request["disabled"] = options.disable;
  if (options.newPassword || options.passwordFromStdin) request["password"] = newPasswordFor(context, options);
  if (request.empty()) throw WrongUse("say what is to change: --role, --new-password, --disable or --enable");
  return printUser(context, context.client().put("/users/" + pathPart(options.name), request, {}));
}

int list(Context& context, const Paging& paging) {
  const Answer answer = context.client().get(withQuery("/users", withPaging({}, paging)));
  return printList(context, answer, "users", "userId",
                   {{.title = "NAME"}, {.title = "ID"}, {.title = "ROLE"}, {.title = "DISABLED"}, {.title = "CREATED"}},
                   [](const Json& user) -> std::vector<Table::Cell> {
                     return {{textOf(user, "username")},
                             {textOf(user, "userId")},
                             {textOf(user, "role")},
                             {flagOf(user, "disabled") ? "yes" : "", Tone::Warning},
                             {momentOf(user, "createdAt")}};
                   });
}

int removeUser(Context& context, const std::string& name) {
  const Answer answer = context.client().remove("/users/" + pathPart(name));
  if (context.printedAsJson(answer)) return ExitCode::done;
  context.print(fmt::format("Removed {}.\n", printable(name)));
  return ExitCode::done;
}

}  // namespace

void addUser(CommandTree& tree) {
  CLI::App& group = tree.addGroup(
      {.name = "user", .description = "Who may do what", .example = "hotswap user add maria --role Developer"});
  auto fresh = std::make_shared<UserOptions>();
  CLI::App& adding = tree.addCommand(group,
                                     {.name = "add",
                                      .description = "Add a user; the password is asked or read from standard input",
                                      .example = "hotswap user add maria --role Developer"},
                                     [fresh](Context& context) { return add(context, *fresh); });
  addOption(adding, "NAME", fresh->name, "NAME", "What the user is called")->required();
  limitTo(addOption(adding, "--role", fresh->role, "ROLE", "What the user may do"), choicesOf<Role>())->required();
  adding.add_flag("--password-stdin", fresh->passwordFromStdin, "Read the password from standard input");

  auto paging = std::make_shared<Paging>();
  addPaging(tree.addCommand(group, {.name = "list", .description = "List the users", .example = "hotswap user list"},
                            [paging](Context& context) { return list(context, *paging); }),
            *paging);

  auto changed = std::make_shared<UserOptions>();
  CLI::App& updating =
      tree.addCommand(group,
                      {.name = "update",
                       .description = "Change a user's role or password, or whether the user may log in",
                       .example = "hotswap user update maria --role DBA"},
                      [changed](Context& context) { return update(context, *changed); });
  addOption(updating, "USER", changed->name, "USER", "The name or id")->required();
  limitTo(addOption(updating, "--role", changed->role, "ROLE", "What the user may do"), choicesOf<Role>());
  updating.add_flag("--new-password", changed->newPassword, "Ask for a new password");
  updating.add_flag("--password-stdin", changed->passwordFromStdin, "Read a new password from standard input");
  CLI::Option* disable = updating.add_flag("--disable", changed->disable, "May not log in any more");
  updating.add_flag("--enable", changed->enable, "May log in again")->excludes(disable);

  auto removed = std::make_shared<std::string>();
  CLI::App& removing =
      tree.addCommand(group, {.name = "remove", .description = "Remove a user", .example = "hotswap user remove maria"},
                      [removed](Context& context) { return removeUser(context, *removed); });
  addOption(removing, "USER", *removed, "USER", "The name or id")->required();
}

}  // namespace hotswap::cli
