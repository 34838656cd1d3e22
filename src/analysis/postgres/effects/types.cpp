#include "analysis/postgres/effects/types.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace {

namespace tree = db::postgres;

constexpr int headerBytes = 4;  ///< of a length word, which the server adds to modifiers of lengths
constexpr int mostTimePrecision = 6;

std::vector<int> modifiersOf(const PgQuery__TypeName& name) {
  std::vector<int> numbers;
  for (const auto* node : tree::nodes(name.n_typmods, name.typmods)) {
    if (node->node_case == PG_QUERY__NODE__NODE_A_CONST && node->a_const->val_case == PG_QUERY__A__CONST__VAL_IVAL)
      numbers.push_back(node->a_const->ival == nullptr ? 0 : node->a_const->ival->ival);
  }
  return numbers;
}

/// As the server's typmodin functions do it.
int modifierOf(std::string_view type, const std::vector<int>& numbers) {
  if (type == "bpchar" && numbers.empty()) return -1;
  if (numbers.empty()) return -1;
  if (type == "varchar" || type == "bpchar") return numbers[0] + headerBytes;
  if (type == "numeric") {
    const int scale = numbers.size() > 1 ? numbers[1] : 0;
    return ((numbers[0] << 16) | (scale & 0x7ff)) + headerBytes;
  }
  if (type == "interval") {
    constexpr int fullPrecision = 0xFFFF;
    constexpr int fullRange = 0x7FFF;
    const int precision = numbers.size() > 1 ? numbers[1] : fullPrecision;
    if (numbers[0] == fullRange && precision == fullPrecision) return -1;
    return ((numbers[0] & fullRange) << 16) | (precision & fullPrecision);
  }
  return numbers[0];
}

bool isOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

bool isRegistered(std::string_view name) { return name.starts_with("reg") && name != "regexp"; }

/// Casts that the server declares to be binary coercible (pg_cast.castmethod `b`).
bool isBinaryCoercible(std::string_view from, std::string_view to) {
  if (isOneOf(to, {"text", "varchar", "bpchar"})) return isOneOf(from, {"text", "varchar", "xml"});
  if (from == "cidr") return to == "inet";
  if (isOneOf(from, {"bit", "varbit"})) return isOneOf(to, {"bit", "varbit"});
  if (from == "oid" || from == "int4" || isRegistered(from)) {
    if (from == "int4" || from == "oid") return to == "oid" || to == "int4" || isRegistered(to);
    return to == "oid" || to == "int4";
  }
  return false;
}

int precisionOfInterval(int modifier) { return modifier < 0 ? 0xFFFF : modifier & 0xFFFF; }

/// Whether an interval's smallest field stays the same or gets smaller.
bool keepsFields(int from, int to) {
  constexpr int fullRange = 0x7FFF;
  const int fromRange = from < 0 ? fullRange : (from >> 16) & fullRange;
  const int toRange = (to >> 16) & fullRange;
  // Bits of the manual's fields by size: SECOND, MINUTE, HOUR, DAY, MONTH, YEAR.
  constexpr std::array<int, 6> fields{12, 11, 10, 3, 1, 2};
  const auto smallest = [&](int range) {
    return std::ranges::find_if(fields, [&](int bit) { return ((range >> bit) & 1) != 0; }) - fields.begin();
  };
  return smallest(toRange) <= smallest(fromRange);
}

/// Whether every value of the type with one modifier is one with the other, so that the server leaves the check out.
bool widens(std::string_view type, int from, int to) {
  if (to == from || to < 0) return true;
  if (type == "varchar" || type == "varbit") return from >= 0 && from <= to;
  if (type == "numeric") {
    if (from < headerBytes) return false;
    const int fromScale = (from - headerBytes) & 0x7ff;
    const int toScale = (to - headerBytes) & 0x7ff;
    return fromScale == toScale && ((from - headerBytes) >> 16) <= ((to - headerBytes) >> 16);
  }
  if (isOneOf(type, {"timestamp", "timestamptz", "time", "timetz"}))
    return to >= mostTimePrecision || (from >= 0 && from <= to);
  if (type == "interval") {
    const int precision = precisionOfInterval(to);
    return keepsFields(from, to) && (precision >= mostTimePrecision || precision >= precisionOfInterval(from));
  }
  return false;
}

bool isBuiltIn(const TypeUse& type) { return type.schema == "pg_catalog"; }

}  // namespace

TypeUse typeOf(const PgQuery__TypeName& name, const KnownSchema& schema) {
  const auto parts = tree::stringsOf(tree::nodes(name.n_names, name.names));
  const tree::QualifiedName qualified = tree::qualified(parts);
  TypeUse use;
  use.array = name.n_array_bounds > 0;
  use.name = qualified.name;
  use.schema = qualified.schema;
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> serials{{{"serial", "int4"},
                                                                                         {"serial4", "int4"},
                                                                                         {"bigserial", "int8"},
                                                                                         {"serial8", "int8"},
                                                                                         {"smallserial", "int2"},
                                                                                         {"serial2", "int2"}}};
  if (tree::isSerial(name)) {
    const auto* const found =
        std::ranges::find(serials, std::string_view(use.name), &std::pair<std::string_view, std::string_view>::first);
    use.name = found->second;
    use.schema = "pg_catalog";
  }
  if (use.schema.empty()) {
    const Type* own = schema.type("", use.name);
    const Relation* row = own == nullptr ? schema.lookUp("", use.name) : nullptr;
    use.schema = own != nullptr ? own->schema : row != nullptr && row->isTable() ? row->schema : "pg_catalog";
  }
  use.modifier = modifierOf(use.name, modifiersOf(name));
  return use;
}

const Type* domainOf(const TypeUse& type, const KnownSchema& schema) {
  if (isBuiltIn(type) || type.array) return nullptr;
  const Type* found = schema.type(type.schema, type.name);
  return found != nullptr && found->kind == Type::Kind::Domain ? found : nullptr;
}

bool hasConstraints(const TypeUse& type, const KnownSchema& schema) {
  const Type* domain = domainOf(type, schema);
  if (domain == nullptr) return false;
  return domain->notNull || !domain->checks.empty() || hasConstraints(domain->base, schema);
}

bool contains(const TypeUse& type, const Type& domain, const KnownSchema& schema) {
  if (isBuiltIn(type)) return false;
  if (type.schema == domain.schema && type.name == domain.name) return true;
  const Type* found = schema.type(type.schema, type.name);
  if (found == nullptr) return false;
  if (found->kind == Type::Kind::Domain) return contains(found->base, domain, schema);
  const Relation* attributes = schema.find(found->relation);
  return attributes != nullptr && std::ranges::any_of(attributes->columns, [&](const Column& column) {
           return contains(column.type, domain, schema);
         });
}

std::string multirangeName(const std::string& range) {
  constexpr std::string_view word = "range";
  const std::size_t at = range.find(word);
  return at == std::string::npos ? range + "_multirange" : std::string(range).replace(at, word.size(), "multirange");
}

bool isUtc(const std::string& timeZone) {
  return isOneOf(
      timeZone, {"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "Etc/Zulu", "UCT", "Etc/UCT", "Universal", "Etc/Universal",
                 "Greenwich", "GMT0", "Etc/GMT0", "GMT+0", "GMT-0", "Etc/GMT+0", "Etc/GMT-0", "<+00>-00"});
}

bool keepsStorage(TypeUse from, const TypeUse& to, const KnownSchema& schema) {
  if (from == to) return true;
  if (const Type* domain = domainOf(to, schema)) {
    const bool same = from.schema == to.schema && from.name == to.name && from.array == to.array;
    return same || (!hasConstraints(to, schema) && keepsStorage(from, domain->base, schema));
  }
  if (const Type* domain = domainOf(from, schema)) {
    // What is known of a domain's length is not used.
    from = domain->base;
    from.modifier = -1;
    return keepsStorage(from, to, schema);
  }
  if (from.array || to.array) return false;
  if (from.schema == to.schema && from.name == to.name) return widens(from.name, from.modifier, to.modifier);
  if (!isBuiltIn(from) || !isBuiltIn(to)) return false;
  if (isOneOf(from.name, {"timestamp", "timestamptz"}) && isOneOf(to.name, {"timestamp", "timestamptz"}))
    return isUtc(schema.timeZone) && (to.modifier < 0 || to.modifier >= mostTimePrecision);
  return isBinaryCoercible(from.name, to.name) && widens(to.name, -1, to.modifier);
}

std::string indexFamily(const TypeUse& type, const KnownSchema& schema) {
  if (type.array) return type.schema + "." + type.name + "[]";
  if (const Type* domain = domainOf(type, schema)) return indexFamily(domain->base, schema);
  if (!isBuiltIn(type)) return type.schema + "." + type.name;
  if (type.name == "varchar") return "text";
  if (type.name == "cidr") return "inet";
  if (isRegistered(type.name)) return "oid";
  return type.name;
}

}  // namespace hotswap::analysis::postgres
