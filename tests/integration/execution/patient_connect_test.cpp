#include "execution/patient_connect.h"

#include <gtest/gtest.h>

#include "fixture.h"
#include "support/server_process.h"

namespace hotswap::execution {

namespace {

/// Connects with hardly any patience for refusals and all that is needed for a server that is away.
std::unique_ptr<db::Session> connect(Stage& stage, const std::function<void(const db::SqlError&)>& onFailure,
                                     const std::stop_token& stop = {}) {
  stage.settings.refusalPatience = Milliseconds(700);
  stage.settings.reconnectPatience = Milliseconds(600'000);
  return connectPatiently(stage.target, stage.settings, stage.clock, stop, onFailure);
}

}  // namespace

TEST(PatientConnect, BelievesARefusalBeforeLong_WhenTheDatabaseIsGone) {
  Stage stage;
  stage.target.connection = stage.direct.with("dbname", "gone");
  int failures = 0;
  try {
    connect(stage, [&](const db::SqlError& /*error*/) { ++failures; });
    FAIL() << "connected to a database that is not there";
  } catch (const db::SqlError& error) {
    EXPECT_EQ(error.failure().sqlState, "3D000");
  }
  EXPECT_GE(failures, 1) << "a fail-over may lead to the wrong server for a moment";
}

TEST(PatientConnect, ComesThrough_WhenTheServerIsBack) {
  Stage stage;
  stage.target.connection = stage.direct.with("port", std::to_string(support::freePort()));
  const auto session = connect(stage, [&](const db::SqlError& /*error*/) { stage.target.connection = stage.direct; });
  EXPECT_TRUE(session->usable());
}

TEST(PatientConnect, GivesUpAtOnce_WhenItIsStopped) {
  Stage stage;
  stage.target.connection = stage.direct.with("port", std::to_string(support::freePort()));
  std::stop_source stop;
  int failures = 0;
  EXPECT_THROW(connect(
                   stage,
                   [&](const db::SqlError& /*error*/) {
                     ++failures;
                     stop.request_stop();
                   },
                   stop.get_token()),
               db::SqlError);
  EXPECT_EQ(failures, 1);
}

}  // namespace hotswap::execution
