#include "support/secrets.h"

#include <gtest/gtest.h>

#include "support/postgres_cluster.h"
#include "support/service.h"

namespace hotswap::support {

const std::vector<std::string>& plantedSecrets() {
  static const std::vector<std::string> secrets{PostgresCluster::password, Service::adminPassword};
  return secrets;
}

void expectNoSecretIn(std::string_view text, std::string_view where) {
  for (const std::string& secret : plantedSecrets()) {
    const std::size_t at = text.find(secret);
    if (at == std::string_view::npos) continue;
    ADD_FAILURE() << "A secret stands in " << where
                  << ", behind: " << text.substr(at > 80 ? at - 80 : 0, at > 80 ? 80 : at);
  }
}

}  // namespace hotswap::support
