#include <fmt/format.h>

#include <array>
#include <memory>

#include "base/text.h"
#include "cli/argument_text.h"
#include "cli/commands/commands.h"
#include "cli/listing.h"
#include "cli/password.h"
#include "cli/service_error.h"
#include "cli/service_url.h"
#include "cli/watch_view.h"
#include "domain/connection_string.h"
#include "domain/database.h"

namespace hotswap::cli {

namespace {

constexpr std::size_t mostRequestBytes = std::size_t{1024} * 1024;

struct DatabaseOptions {
  bool isNew = false;
  std::string name;  ///< of a new one; of an update, which one
  std::string newName;
  std::string file;
  std::string type;
  std::string environment;
  std::optional<std::string> description;
  std::string connection;
  std::string connectionFile;
  bool askPassword = false;
  bool passwordFromStdin = false;
};

void refusePasswordInArgument(const std::string& connection) {
  if (isReference(connection)) return;
  if (!ConnectionString::parse(connection).value("password").empty()) {
    throw WrongUse(
        "the connection holds a password, and arguments can be seen by others; leave it out and use --ask-password or "
        "--password-stdin, or give the whole with --connection-file, HOTSWAP_CONNECTION or a reference like env:NAME");
  }
}

/// The connection string that the options name, or for a new database HOTSWAP_CONNECTION; empty where there is none.
std::string connectionOf(Context& context, const DatabaseOptions& options) {
  std::string connection = options.connection;
  if (!connection.empty()) {
    refusePasswordInArgument(connection);
  } else if (!options.connectionFile.empty()) {
    connection = trim(readText(context.shell(), options.connectionFile, mostRequestBytes));
  } else if (options.isNew) {
    connection = context.shell().variable("HOTSWAP_CONNECTION").value_or("");
  }
  if (!options.askPassword && !options.passwordFromStdin) return connection;
  if (connection.empty()) throw WrongUse("a password needs a connection to go with; use --connection");
  const std::string password = readPassword(
      context.shell(),
      {.fromStdin = options.passwordFromStdin, .fromVariable = {}, .prompt = "Password of the database: "});
  return ConnectionString::parse(connection).with("password", password).full();
}

/// What the options say, laid over what is there already.
Json requestOf(Context& context, const DatabaseOptions& options, Json request) {
  if (!options.file.empty()) {
    const Json given = Json::parse(readText(context.shell(), options.file, mostRequestBytes), nullptr, false);
    if (!given.is_object())
      throw Error(ErrorCode::ValidationError, fmt::format("{} holds no JSON object", options.file));
    request.update(given);
  }
  if (!options.type.empty()) request["type"] = options.type;
  if (!options.environment.empty()) request["environment"] = options.environment;
  if (options.description) request["description"] = *options.description;
  if (const std::string connection = connectionOf(context, options); !connection.empty())
    request["masterConnectionString"] = connection;
  return request;
}

std::string pathOf(const std::string& database) { return "/databases/" + pathPart(database); }

void printDatabase(Context& context, const Json& database) {
  context.print(fieldLines({{"name", textOf(database, "name")},
                            {"id", textOf(database, "databaseId")},
                            {"description", textOf(database, "description")},
                            {"type", textOf(database, "type")},
                            {"environment", textOf(database, "environment")},
                            {"health", textOf(database, "health")},
                            {"connection", textOf(database, "masterConnectionString")},
                            {"created", momentOf(database, "createdAt")}},
                           context.paint()));
  const auto replicas = listOf(database, "replicas");
  if (replicas.empty()) return;
  Table table({{.title = "REPLICA"},
               {.title = "ROLE"},
               {.title = "WEIGHT", .isNumber = true},
               {.title = "CONNECTION", .mayBeCut = true}});
  for (const Json& replica : replicas) {
    table.addRow({{textOf(replica, "replicaId")},
                  {textOf(replica, "role")},
                  {textOf(replica, "trafficWeight")},
                  {textOf(replica, "connectionString")}});
  }
  context.print("\n");
  context.printTable(table);
}

int add(Context& context, const DatabaseOptions& options) {
  Json request = requestOf(context, options, Json::object());
  request["name"] = options.name;
  if (!request.contains("type")) request["type"] = toText(DatabaseType::PostgreSQL);
  if (!request.contains("environment")) throw WrongUse("--environment is required: say how careful HotSwap has to be");
  if (!request.contains("masterConnectionString")) throw WrongUse("--connection is required");
  const Answer answer = context.client().post("/databases", request);
  if (context.printedAsJson(answer)) return ExitCode::done;
  const Json database = answer.document();
  if (context.printedAsId(textOf(database, "databaseId"))) return ExitCode::done;
  printDatabase(context, database);
  return ExitCode::done;
}

int update(Context& context, const DatabaseOptions& options) {
  const Answer before = context.client().get(pathOf(options.name));
  const Json known = before.document();
  Json request = Json::object();
  // What may be changed goes back as it came; a masked connection string keeps the stored one.
  for (const char* key :
       {"name", "description", "type", "environment", "masterConnectionString", "replicas", "config"}) {
    if (const Json& value = memberOf(known, key); !value.is_null()) request[key] = value;
  }
  const Json unchanged = request;
  request = requestOf(context, options, std::move(request));
  if (!options.newName.empty()) request["name"] = options.newName;
  if (request == unchanged) throw WrongUse("say what is to change");
  const Answer answer = context.client().put(pathOf(options.name), request, before.etag);
  if (context.printedAsJson(answer)) return ExitCode::done;
  const Json database = answer.document();
  if (context.printedAsId(textOf(database, "databaseId"))) return ExitCode::done;
  printDatabase(context, database);
  return ExitCode::done;
}

int list(Context& context, const Paging& paging) {
  const Answer answer = context.client().get(withQuery("/databases", withPaging({}, paging)));
  return printList(context, answer, "databases", "databaseId",
                   {{.title = "NAME"},
                    {.title = "ID"},
                    {.title = "TYPE"},
                    {.title = "ENVIRONMENT"},
                    {.title = "HEALTH"},
                    {.title = "DESCRIPTION", .mayBeCut = true}},
                   [](const Json& database) -> std::vector<Table::Cell> {
                     const std::string health = textOf(database, "health");
                     return {{textOf(database, "name")}, {textOf(database, "databaseId")},
                             {textOf(database, "type")}, {textOf(database, "environment")},
                             {health, toneOf(health)},   {textOf(database, "description")}};
                   });
}

int show(Context& context, const std::string& name) {
  const Answer answer = context.client().get(pathOf(name));
  if (context.printedAsJson(answer)) return ExitCode::done;
  const Json database = answer.document();
  if (context.printedAsId(textOf(database, "databaseId"))) return ExitCode::done;
  printDatabase(context, database);
  return ExitCode::done;
}

int health(Context& context, const std::string& name) {
  const Answer answer = context.client().get(pathOf(name) + "/health");
  const Json document = answer.document();
  const std::string status = textOf(document, "status");
  const int code = status == toText(HealthStatus::Healthy) ? ExitCode::done : ExitCode::failed;
  if (context.printedAsJson(answer) || context.printedAsId(status)) return code;
  Table table({{.title = "INSTANCE"},
               {.title = "STATUS"},
               {.title = "ROLE"},
               {.title = "LAG", .isNumber = true},
               {.title = "ANSWER", .isNumber = true},
               {.title = "SERVER"},
               {.title = "MESSAGE", .mayBeCut = true}});
  for (const Json& instance : listOf(document, "instances")) {
    const std::string state = textOf(instance, "status");
    const auto lag = numberOf(instance, "replicationLagSeconds");
    const auto response = numberOf(instance, "responseTimeMs");
    table.addRow({{textOf(instance, "instance")},
                  {state, toneOf(state)},
                  {textOf(instance, "role")},
                  {lag ? fmt::format("{:.1f} s", *lag) : std::string()},
                  {response ? fmt::format("{:.1f} ms", *response) : std::string()},
                  {textOf(instance, "serverVersion")},
                  {textOf(instance, "message")}});
  }
  context.print(context.paint()(toneOf(status), printable(status)) + "\n");
  context.printTable(table);
  return code;
}

int removeDatabase(Context& context, const std::string& name) {
  const Answer answer = context.client().remove(pathOf(name));
  if (context.printedAsJson(answer)) return ExitCode::done;
  context.print(fmt::format("Removed {}.\n", printable(name)));
  return ExitCode::done;
}

void addChangeOptions(CLI::App& command, DatabaseOptions& options) {
  limitTo(addOption(command, "--type", options.type, "TYPE", "The engine"), choicesOf<DatabaseType>());
  limitTo(addOption(command, "--environment", options.environment, "ENVIRONMENT", "How careful HotSwap has to be"),
          choicesOf<Environment>());
  addOption(command, "--description", options.description, "TEXT", "What it is");
  addOption(command, "--connection", options.connection, "CONNECTION",
            "How to reach the primary, without a password: key=value pairs, a URI, or a reference like env:NAME or "
            "file:/path");
  addOption(command, "--connection-file", options.connectionFile, "FILE",
            "Read the whole connection string from a file, or standard input for - (a new database else takes "
            "HOTSWAP_CONNECTION)");
  CLI::Option* ask = command.add_flag("--ask-password", options.askPassword, "Ask for the password on the terminal");
  command.add_flag("--password-stdin", options.passwordFromStdin, "Read the password from standard input")
      ->excludes(ask);
  addOption(command, "--from", options.file, "FILE",
            "Take the whole request, replicas and config too, from a JSON file or - for standard input");
}

/// A command that takes nothing but the name of a database.
void addNamed(CommandTree& tree, CLI::App& group, const CommandTree::Text& text,
              int (*action)(Context&, const std::string&)) {
  auto name = std::make_shared<std::string>();
  CLI::App& command = tree.addCommand(group, text, [name, action](Context& context) { return action(context, *name); });
  addOption(command, "DATABASE", *name, "DATABASE", "Its name or id")->required();
}

}  // namespace

void addDatabase(CommandTree& tree) {
  CLI::App& group = tree.addGroup({.name = "database",
                                   .description = "Databases that HotSwap may change",
                                   .example = "hotswap database health orders"});
  auto fresh = std::make_shared<DatabaseOptions>();
  fresh->isNew = true;
  CLI::App& adding =
      tree.addCommand(group,
                      {.name = "add",
                       .description = "Make a database known",
                       .example = "hotswap database add orders --environment Staging --ask-password \\\n"
                                  "  --connection 'Host=db1;Port=5432;Database=orders;Username=hotswap'"},
                      [fresh](Context& context) { return add(context, *fresh); });
  addOption(adding, "NAME", fresh->name, "NAME", "What it is to be called")->required();
  addChangeOptions(adding, *fresh);

  auto paging = std::make_shared<Paging>();
  addPaging(
      tree.addCommand(group, {.name = "list", .description = "List the databases", .example = "hotswap database list"},
                      [paging](Context& context) { return list(context, *paging); }),
      *paging);
  addNamed(tree, group, {.name = "show", .description = "Show a database", .example = "hotswap database show orders"},
           show);
  addNamed(tree, group,
           {.name = "health",
            .description = "Ask every instance of a database how it is. The exit code is 1 where it isn't healthy",
            .example = "hotswap database health orders"},
           health);

  auto changed = std::make_shared<DatabaseOptions>();
  CLI::App& updating =
      tree.addCommand(group,
                      {.name = "update",
                       .description = "Change what is known about a database; what isn't named stays",
                       .example = "hotswap database update orders --description 'orders and invoices'"},
                      [changed](Context& context) { return update(context, *changed); });
  addOption(updating, "DATABASE", changed->name, "DATABASE", "Its name or id")->required();
  addOption(updating, "--name", changed->newName, "NAME", "A new name");
  addChangeOptions(updating, *changed);
  addNamed(tree, group,
           {.name = "remove",
            .description = "Forget a database; the database itself stays as it is",
            .example = "hotswap database remove orders"},
           removeDatabase);
}

}  // namespace hotswap::cli
