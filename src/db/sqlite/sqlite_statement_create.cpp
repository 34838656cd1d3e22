#include <utility>

#include "db/sqlite/sqlite_index_form.h"
#include "db/sqlite/sqlite_statement.h"
#include "db/sqlite/sqlite_statement_parts.h"

namespace hotswap::db::sqlite {

namespace {

using Kind = ObjectReference::Kind;

/// The object a CREATE makes, the reader standing behind TABLE, INDEX, ….
ObjectReference takeMade(Lexer& lexer, Kind kind, bool temporary) {
  const bool ifNotExists = takeIfExists(lexer);
  ObjectReference made = takeObject(lexer, kind);
  made.ifExists = ifNotExists;
  if (temporary && made.schema.empty()) made.schema = "temp";
  return made;
}

void describeTable(Lexer lexer, ObjectReference made, Statement& statement) {
  // A table others refer to behaves differently from then on: its rows can't be deleted as before.
  bool refersToOthers = false;
  while (!lexer.atEnd()) {
    if (!lexer.take().is("REFERENCES")) continue;
    refersToOthers = refersToOthers || !sameName(nameOf(lexer.peek()), made.name);
  }
  statement.additive = !refersToOthers;
  statement.makes.push_back(std::move(made));
}

/// A column standing alone, as opposed to an expression: what follows ends the element or says how to sort.
bool isWholeColumn(const Token& following) {
  return following.is(",") || following.is(")") || following.is("COLLATE") || following.is("ASC") ||
         following.is("DESC");
}

void describeIndex(Lexer lexer, ObjectReference made, bool unique, Statement& statement) {
  lexer.takeIf("ON");
  // An index always stands in the schema of its table, whose name has none here.
  ObjectReference table = takeObject(lexer, Kind::Table);
  table.schema = made.schema;
  made.table = table.name;
  statement.needs.push_back(table);
  const Lexer columns = lexer;
  if (lexer.takeIf("(")) {
    for (bool elementStarts = true; !lexer.atEnd() && !lexer.peek().is(")");) {
      const Token token = lexer.take();
      if (elementStarts && (token.kind == Token::Kind::Word || token.kind == Token::Kind::QuotedName) &&
          isWholeColumn(lexer.peek())) {
        statement.needs.push_back(partOf(table, Kind::Column, nameOf(token)));
      }
      if (token.is("(")) skipGroup(lexer);
      elementStarts = token.is(",");
    }
  }
  statement.indexShape = (unique ? "unique " : "") + indexForm(columns);
  statement.makes.push_back(std::move(made));
}

void describeTrigger(Lexer lexer, ObjectReference made, Statement& statement) {
  while (!lexer.atEnd() && !lexer.takeIf("ON")) lexer.take();
  ObjectReference table = takeObject(lexer, Kind::Table);
  // One in `temp` may watch a table of any schema, others one of their own.
  if (table.schema.empty() && !sameName(made.schema, "temp")) table.schema = made.schema;
  made.table = table.name;
  statement.needs.push_back(std::move(table));
  statement.makes.push_back(std::move(made));
}

}  // namespace

bool describeCreate(Statement& statement) {
  Lexer lexer(statement.sql);
  if (!lexer.takeIf("CREATE")) return false;
  const bool unique = lexer.takeIf("UNIQUE");
  const bool temporary = lexer.takeIf("TEMP") || lexer.takeIf("TEMPORARY");
  const bool isVirtual = lexer.takeIf("VIRTUAL");
  if (lexer.takeIf("TABLE")) {
    ObjectReference made = takeMade(lexer, Kind::Table, temporary);
    if (!isVirtual) {
      describeTable(lexer, std::move(made), statement);
    } else {
      // Its module does whatever it does.
      statement.opaque = true;
      statement.makes.push_back(std::move(made));
    }
  } else if (lexer.takeIf("INDEX")) {
    ObjectReference made = takeMade(lexer, Kind::Index, false);
    describeIndex(lexer, std::move(made), unique, statement);
  } else if (lexer.takeIf("VIEW")) {
    statement.makes.push_back(takeMade(lexer, Kind::View, temporary));
    statement.additive = true;
  } else if (lexer.takeIf("TRIGGER")) {
    ObjectReference made = takeMade(lexer, Kind::Trigger, temporary);
    describeTrigger(lexer, std::move(made), statement);
  } else {
    return false;
  }
  return true;
}

}  // namespace hotswap::db::sqlite
