#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

/// Strings are compared alike, whatever their type is called.
std::string comparedAs(const Column& column) {
  const bool isString = column.type.name == "varchar" || column.type.name == "text";
  return isString ? "text" : column.type.name;
}

void check(const Look& look, Remarks& remarks) {
  for (const NewConstraint& key : newForeignKeys(look)) {
    const Relation* parent = look.after.find(key.constraint->referenced);
    const auto& columns = key.constraint->columns;
    const auto& referenced = key.constraint->referencedColumns;
    for (std::size_t i = 0; parent != nullptr && i < columns.size() && i < referenced.size(); ++i) {
      const Column* from = key.table->column(columns[i]);
      const Column* to = parent->column(referenced[i]);
      if (from == nullptr || to == nullptr || from->type.name.empty() || to->type.name.empty()) continue;
      if (comparedAs(*from) == comparedAs(*to)) continue;
      remarks.add(
          fmt::format("{} is {}, but {}.{} is {}: values are converted at each check, and some have no partner.",
                      columns[i], from->type.name, parent->name, referenced[i], to->type.name),
          "Give both columns the same type before the foreign key is made.");
    }
  }
}

}  // namespace

const Rule foreignKeyTypeDiffers{
    .info = {"foreign-key-type-differs", Severity::Warning, "a foreign key joins columns of two types"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
