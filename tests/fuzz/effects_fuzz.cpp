// Statements in any order with any names: each is played to its end, and the two schemas of the timeline, one statement
// apart, are the same when it is settled.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "analysis/postgres/postgres_judge.h"
#include "analysis/postgres/schema_timeline.h"
#include "support/mixed_statements.h"

using hotswap::analysis::postgres::KnownSchema;
using hotswap::analysis::postgres::SchemaTimeline;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const hotswap::test::MixedStatements statements(HOTSWAP_SOURCE_DIR "/tests/oracle");
  if (statements.empty()) std::abort();
  static const KnownSchema schema = [] {
    SchemaTimeline timeline{KnownSchema()};
    for (const std::string& sql : statements.schema()) timeline.advance(sql);
    timeline.settle();
    return timeline.after();
  }();
  std::size_t at = 0;
  const auto choose = [&](std::size_t below) {
    std::size_t number = 0;
    for (int i = 0; i < 2 && at < size; ++i) number = number * 256 + data[at++];
    return number % below;
  };
  const bool knowsAll = choose(2) == 0;
  SchemaTimeline timeline(knowsAll ? schema : KnownSchema());
  const auto judge = hotswap::analysis::postgres::PostgresDialect().judge({});
  std::string script;
  while (at < size) {
    const std::string sql = statements.next(choose);
    timeline.advance(sql);
    script += sql + ";\n";
  }
  timeline.settle();
  if (timeline.before().text() != timeline.after().text()) std::abort();
  judge->judge(hotswap::db::postgres::PostgresScript().parse(script).statements);
  return 0;
}
