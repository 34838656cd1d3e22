#include "api/schemas/build.h"
#include "api/schemas/schemas.h"
#include "domain/user.h"

namespace hotswap::api::schema {

void addUserSchemas(Json& schemas) {
  schemas["LoginRequest"] = object({{"username", text()}, {"password", text()}});
  schemas["Login"] = object({{"token", text("send it as `Authorization: Bearer …`")},
                             {"expiresAt", timestamp()},
                             {"user", object({{"username", text()}, {"role", oneOf<Role>()}})}});
  schemas["NewUser"] =
      object({{"username", text("unique without regard to case; letters, digits, _, -, . and @, at most 64")},
              {"password", text("at least 12 characters, not the username")},
              {"role", oneOf<Role>()}});
  schemas["UserChange"] = object({optional("password", orNull(text("a new one; ends the user's tokens"))),
                                  optional("role", orNull(oneOf<Role>())),
                                  optional("disabled", orNull(boolean("may not log in any more")))});
  schemas["User"] = object({{"userId", text()},
                            {"username", text()},
                            {"role", oneOf<Role>()},
                            {"disabled", boolean()},
                            {"createdAt", timestamp()},
                            {"updatedAt", timestamp()}});
  schemas["UserList"] =
      object({{"users", list(reference("User"))}, {"total", integer()}, {"limit", integer()}, {"offset", integer()}});
}

}  // namespace hotswap::api::schema
