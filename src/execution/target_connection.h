#pragma once
#include <functional>
#include <memory>
#include <string>

#include "db/engine.h"
#include "execution/run_context.h"

namespace hotswap::execution {

/// The session that a run's statements go through, and how it is got back when it is lost.
class TargetConnection {
 public:
  /// `spare`: a session to begin with, as good as a new one; may be null. `onOtherState`: called whenever the session,
  /// or what is set in it, has become another.
  TargetConnection(const RunContext& run, std::unique_ptr<db::Session> spare, std::function<void()> onOtherState)
      : run_(run),
        session_(std::move(spare)),
        onOtherState_(std::move(onOtherState)),
        wasConnected_(session_ != nullptr) {}

  /// The session. Where there is none that can be used a new one is opened (the first time at once or not at all, later
  /// within RunSettings::reconnectPatience) and takes over the settings that the done units had made.
  /// Throws SqlError, and Stopped where the stop is heeded and requested meanwhile.
  db::Session& session(bool heedStop = true);
  /// Closes the session.
  void drop() noexcept { session_.reset(); }
  /// The session, for whoever comes next; null where there is none that can be used.
  std::unique_ptr<db::Session> release() { return session_ && session_->usable() ? std::move(session_) : nullptr; }
  /// Like `session` after `drop`; before that ends what the lost session may still be doing on the server.
  db::Session& restore(bool heedStop);
  /// What became of the transaction whose COMMIT was not answered. Never heeds the stop. Throws OutcomeUnknown.
  db::TransactionOutcome settle(const std::string& transactionId);

 private:
  std::unique_ptr<db::Session> connectAgain(bool heedStop);
  void takeOverSettings();

  const RunContext& run_;
  std::unique_ptr<db::Session> session_;
  std::function<void()> onOtherState_;
  bool wasConnected_;
  bool isFresh_ = true;  ///< nothing of this run has been done in the session it began with
};

}  // namespace hotswap::execution
