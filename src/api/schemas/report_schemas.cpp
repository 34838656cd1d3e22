#include "api/schemas/build.h"
#include "api/schemas/schemas.h"
#include "domain/report.h"

namespace hotswap::api::schema {

void addReportSchemas(Json& schemas) {
  schemas["ValidateRequest"] = object(
      {optional("dryRun", orNull(boolean("also run the script inside a transaction that is rolled back"))),
       optional("rehearse", orNull(boolean("also run it forward, back and forward again in a scratch database on "
                                           "the target's server, which has its schema and no rows")))});
  schemas["Finding"] = object({{"rule", text()},
                               {"severity", oneOf<Severity>()},
                               {"message", text()},
                               {"recommendation", orNull(text())},
                               {"saferScript", orNull(text("SQL to write in place of the statement"))},
                               {"script", text("`migrationScript` or `rollbackScript`")},
                               {"statement", orNull(integer("index in `statements`"))},
                               {"line", orNull(integer())},
                               {"column", orNull(integer())},
                               {"sqlState", orNull(text())},
                               {"allowed", orNull(text("why a comment of the script wants it passed over"))}});
  schemas["Statement"] = object({{"index", integer()},
                                 {"line", integer()},
                                 {"column", integer()},
                                 {"sql", text()},
                                 {"kind", text()},
                                 {"transactional", boolean()},
                                 {"unit", integer("statements with one number run in one transaction")},
                                 {"locks", list(object({{"object", text()}, {"mode", text("in the server's words")}}))},
                                 {"rewrites", list(text("a table that is written anew"))},
                                 {"scans", list(text("a table that is read in full"))},
                                 {"blocks", object({{"reads", boolean()}, {"writes", boolean()}})},
                                 {"estimatedSeconds", orNull(number("how long it works, from the tables' sizes"))},
                                 {"unknown", list(text("why it may do more than is said here"))},
                                 {"inverse", orNull(text("the way back as a script, where there is one"))},
                                 {"reversible", orNull(boolean("the way back brings the schema back as it was, and no "
                                                               "data is lost; null where that isn't known"))},
                                 {"lost", list(text("why not all comes back"))}});
  schemas["ValidationReport"] =
      object({{"isValid", boolean()},
              {"errors", list(reference("Finding"))},
              {"warnings", list(reference("Finding"))},
              {"infos", list(reference("Finding"))},
              {"statements", list(reference("Statement"))},
              {"saferScript", orNull(text("the forward script with safer SQL in place of dangerous statements"))},
              {"estimatedDuration", orNull(number("seconds"))},
              {"riskLevel", oneOf<RiskLevel>()},
              {"requiresApproval", boolean()},
              {"rollback", orNull(object({{"script", orNull(text("the way back of the whole script, as it follows from "
                                                                 "its statements"))},
                                          {"reversible", boolean("all statements are")}}))},
              {"rehearsal",
               orNull(object({{"ran", boolean("false where something stood in the way, which `message` says")},
                              {"passed", boolean("back brought the schema back, and forward twice left the same")},
                              {"message", orNull(text())},
                              {"differences", list(text("an object that is not as it should be"))},
                              {"duration", number("seconds")}}))},
              {"dryRun", boolean("whether the script was run and rolled back")},
              {"dependencyCheck", object({{"hasConflicts", boolean()}, {"affectedObjects", list(text())}})},
              {"validatedAt", timestamp()},
              {"duration", number("seconds")}});
}

}  // namespace hotswap::api::schema
