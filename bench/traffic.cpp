#include "traffic.h"

#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace hotswap::bench {

namespace {

constexpr const char* lookUp = R"(\set aid random(1, 100000 * :scale)
select abalance from pgbench_accounts where aid = :aid;
)";
constexpr const char* update = R"(\set aid random(1, 100000 * :scale)
\set delta random(-5000, 5000)
update pgbench_accounts set abalance = abalance + :delta where aid = :aid;
)";
constexpr const char* orders = R"(\set customer random(1, 60000)
select count(*), max(note) from orders where customer = :customer;
)";

}  // namespace

void makeShop(const support::PostgresCluster& cluster, const std::string& database, int scale) {
  const auto made = support::runProgram({support::PostgresCluster::programs() / "pgbench", "-i", "-q", "-s",
                                         std::to_string(scale), cluster.uri(database)});
  if (made.status != 0) throw std::runtime_error("pgbench -i failed: " + made.output);
  cluster.psql(R"(
create table orders (id int primary key, customer int, note text);
insert into orders select i, i % 60000, repeat('x', 100) from generate_series(1, 120000) i;
create index orders_customer on orders (customer);
create table quiet (id int primary key, value int, note text);
insert into quiet select i, i % 100, 'n' from generate_series(1, 200000) i;
vacuum analyze;
)",
               database);
}

Traffic::Traffic(const support::PostgresCluster& cluster, const std::string& database, int clients, double rate,
                 int seconds) {
  const auto file = [&](const char* name, const char* text) {
    std::ofstream(folder_.path() / name) << text;
    return (folder_.path() / name).string();
  };
  const std::string scale = cluster.psql("select count(*) from pgbench_branches", database);
  std::vector<std::string> command{support::PostgresCluster::programs() / "pgbench",
                                   "-n",
                                   "-M",
                                   "prepared",
                                   "-c",
                                   std::to_string(clients),
                                   "-j",
                                   "1",
                                   "-T",
                                   std::to_string(seconds),
                                   "-D",
                                   "scale=" + scale.substr(0, scale.find('\n')),
                                   "-f",
                                   file("look_up.sql", lookUp) + "@75",
                                   "-f",
                                   file("update.sql", update) + "@20",
                                   "-f",
                                   file("orders.sql", orders) + "@5"};
  if (rate > 0) {
    command.insert(command.end(), {"-R", fmt::format("{}", rate)});
  }
  command.push_back(cluster.uri(database));
  process_ = std::make_unique<support::ServerProcess>(
      support::ServerProcess::Options{.command = command, .environment = {}, .output = folder_.path() / "report"});
}

std::string Traffic::stop() {
  process_->signal(SIGINT);
  return finish();
}

std::string Traffic::finish() {
  if (!process_->wait(std::chrono::minutes(30))) throw std::runtime_error("pgbench did not end");
  std::stringstream text;
  text << std::ifstream(folder_.path() / "report").rdbuf();
  return text.str();
}

double Traffic::throughput(const std::string& report) {
  const auto at = report.find("tps = ");
  if (at == std::string::npos) throw std::runtime_error("pgbench reported no throughput: " + report);
  return std::stod(report.substr(at + 6));
}

}  // namespace hotswap::bench
