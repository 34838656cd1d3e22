#include "db/sqlite/sqlite_split.h"

namespace hotswap::db::sqlite {

namespace {

/// How far a statement has come, as far as it matters for its end.
enum class State {
  Start,
  Normal,   ///< the next semicolon ends it
  Explain,  ///< EXPLAIN; a CREATE TRIGGER may follow
  Create,   ///< CREATE, with TEMP or without
  Trigger,  ///< inside CREATE TRIGGER
  TriggerSemicolon,
  TriggerEnd,  ///< `; END`: the next semicolon ends it
};

State after(State state, const Token& token) {
  switch (state) {
    case State::Start:
      if (token.is("CREATE")) return State::Create;
      return token.is("EXPLAIN") ? State::Explain : State::Normal;
    case State::Explain:
      if (token.is("CREATE")) return State::Create;
      return token.is("QUERY") || token.is("PLAN") ? State::Explain : State::Normal;
    case State::Create:
      if (token.is("TRIGGER")) return State::Trigger;
      return token.is("TEMP") || token.is("TEMPORARY") ? State::Create : State::Normal;
    case State::TriggerSemicolon: return token.is("END") ? State::TriggerEnd : State::Trigger;
    case State::TriggerEnd: return State::Trigger;
    default: return state;
  }
}

}  // namespace

Stretch Splitter::next() {
  while (lexer_.peek().kind == Token::Kind::Semicolon) lexer_.take();
  Stretch found{.begin = lexer_.peek().offset, .end = lexer_.peek().offset};
  State state = State::Start;
  while (!lexer_.atEnd()) {
    const Token token = lexer_.take();
    if (token.kind == Token::Kind::Semicolon) {
      if (state != State::Trigger && state != State::TriggerSemicolon) return found;
      state = State::TriggerSemicolon;
      continue;
    }
    state = after(state, token);
    found.end = token.offset + token.text.size();
  }
  return found;
}

}  // namespace hotswap::db::sqlite
