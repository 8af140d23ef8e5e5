#include "dump/ddl.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "pg/quote.h"

namespace understudy::dump {
namespace {

constexpr int kMaxInheritanceDepth = 32;

// Attributes that the words of an expression name.
std::vector<std::string> NamedIn(const rules::Relation& relation, std::string_view expression) {
  std::vector<std::string> words;
  for (SqlCursor cursor(expression); !cursor.AtEnd();) {
    if (cursor.IsName()) {
      words.push_back(cursor.TakeName());
    } else {
      cursor.Next();
    }
  }
  std::vector<std::string> named;
  for (const rules::Attribute& attribute : relation.attributes) {
    if (std::find(words.begin(), words.end(), attribute.name) != words.end()) named.push_back(attribute.name);
  }
  return named;
}

std::vector<std::string> NamesIn(std::string_view list) {
  std::vector<std::string> names;
  SqlCursor cursor(list);
  while (cursor.IsName()) {
    names.push_back(cursor.TakeName());
    if (!cursor.Take(",")) break;
  }
  return names;
}

// To the next comma or closing parenthesis of this level.
void SkipElement(SqlCursor* cursor) {
  while (!cursor->AtEnd() && !cursor->Is(",") && !cursor->Is(")")) {
    if (cursor->Is("(")) {
      cursor->TakeParenthesised();
    } else {
      cursor->Next();
    }
  }
}

// As CREATE TABLE writes a type's name: quoted only where it must be. (A keyword as a type's name is quoted
// there and not here; such a type is then unknown, and so can carry text.)
std::string TypeKey(std::string_view schema, std::string_view name) {
  const auto part = [](std::string_view text) {
    const bool plain =
        !text.empty() && (text[0] < '0' || text[0] > '9') &&
        text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
    return plain ? std::string(text) : pg::QuoteIdentifier(text);
  };
  return part(schema) + "." + part(name);
}

// The catalogue lists an index's columns by their place in the table.
std::vector<std::string> InTableOrder(const rules::Relation& relation,
                                      const std::vector<std::string>& names) {
  std::vector<std::string> ordered;
  for (const rules::Attribute& attribute : relation.attributes) {
    if (std::find(names.begin(), names.end(), attribute.name) != names.end())
      ordered.push_back(attribute.name);
  }
  return ordered;
}

}  // namespace

bool Ddl::TakeName(SqlCursor* cursor, Name* name) const {
  name->first = search_path_;
  return cursor->TakeQualifiedName(&name->first, &name->second);
}

void Ddl::Add(std::string_view statement, std::string_view search_path) {
  search_path_ = std::string(search_path);
  SqlCursor cursor(statement);
  if (cursor.Take("CREATE")) {
    if (cursor.Take("TYPE")) return CreateType(cursor);
    if (cursor.Take("DOMAIN")) return CreateDomain(cursor);
    if (cursor.Take("UNIQUE")) return CreateUniqueIndex(cursor, statement);
    cursor.Take("FOREIGN");
    return CreateTable(cursor);
  }
  if (cursor.Take("ALTER")) return AlterTable(cursor);
  if (cursor.Take("COMMENT")) AddComment(cursor);
}

void Ddl::CreateTable(SqlCursor cursor) {
  Table table;
  table.relation.unlogged = cursor.Take("UNLOGGED");
  if (!cursor.Take("TABLE")) return;
  Name name;
  if (!TakeName(&cursor, &name)) return;
  table.relation.schema = name.first;
  table.relation.name = name.second;
  if (cursor.Take("PARTITION")) {  // PARTITION OF parent
    cursor.Next();
    Name parent;
    if (TakeName(&cursor, &parent)) table.parents.push_back(std::move(parent));
  } else if (cursor.Take("(")) {
    while (!cursor.AtEnd() && !cursor.Take(")")) {
      TableElement(&cursor, &table);
      if (!cursor.Take(",") && !cursor.Is(")")) break;
    }
  }
  while (!cursor.AtEnd()) {
    if (cursor.Take("INHERITS")) {
      SqlCursor list(cursor.TakeParenthesised());
      for (Name parent; TakeName(&list, &parent);) {
        table.parents.push_back(parent);
        if (!list.Take(",")) break;
      }
    } else if (cursor.Take("PARTITION")) {
      table.root = true;
    } else {
      cursor.Next();
    }
  }
  tables_[name] = std::move(table);
}

void Ddl::TableElement(SqlCursor* cursor, Table* table) {
  if (cursor->Take("CONSTRAINT")) {
    const std::string name = cursor->TakeName();
    return TableConstraint(cursor, table, name);
  }
  if (!cursor->IsName() || cursor->Is("LIKE")) return SkipElement(cursor);
  Column(cursor, table);
}

void Ddl::TableConstraint(SqlCursor* cursor, Table* table, std::string name) {
  rules::Relation& relation = table->relation;
  const bool primary = cursor->Is("PRIMARY");
  if (cursor->Take("CHECK")) {
    const std::string expression(cursor->TakeParenthesised());
    relation.checks.push_back({std::move(name), {}, fmt::format("CHECK ({})", expression)});
  } else if (primary || cursor->Is("UNIQUE")) {
    cursor->Next();
    if (primary) cursor->Next();
    std::string distinct;
    for (; !cursor->AtEnd() && !cursor->Is("("); cursor->Next())
      distinct += " " + std::string(cursor->text());
    const std::vector<std::string> names = NamesIn(cursor->TakeParenthesised());
    if (primary) {
      relation.primary_key = names;
      for (rules::Attribute& attribute : relation.attributes) {
        if (std::find(names.begin(), names.end(), attribute.name) != names.end()) attribute.not_null = true;
      }
    }
    relation.unique_keys.push_back(
        {name, names, false,
         fmt::format("CREATE UNIQUE INDEX {} ON {} USING btree ({}){}", pg::QuoteIdentifier(name),
                     pg::QuoteRelation(relation.schema, relation.name), fmt::join(names, ", "), distinct)});
  } else if (cursor->Is("EXCLUDE")) {
    while (!cursor->AtEnd() && !cursor->Is("(")) cursor->Next();
    const std::string what(cursor->TakeParenthesised());
    relation.unique_keys.push_back({std::move(name), {}, true, what});
  }
  SkipElement(cursor);
}

void Ddl::Column(SqlCursor* cursor, Table* table) {
  rules::Attribute attribute;
  attribute.name = cursor->TakeName();
  const TypeName type = TakeTypeName(cursor);
  attribute.type.name = type.name;  // resolved when all types are known
  if (type.name == "character varying" || type.name == "character") {
    attribute.max_chars = type.name == "character" && type.modifier == 0 ? 1 : type.modifier;
  }
  for (bool after_not = false; !cursor->AtEnd() && !cursor->Is(",") && !cursor->Is(")");) {
    if (after_not && cursor->Is("NULL")) attribute.not_null = true;
    after_not = cursor->Is("NOT");
    if (cursor->Take("GENERATED")) {
      // GENERATED ALWAYS AS (expression), or GENERATED … AS IDENTITY.
      while (!cursor->AtEnd() && !cursor->Take("AS")) cursor->Next();
      (cursor->Is("IDENTITY") ? attribute.identity : attribute.generated) = true;
    }
    if (cursor->Is("(")) {
      cursor->TakeParenthesised();
    } else if (!cursor->Is(",") && !cursor->Is(")")) {
      cursor->Next();
    }
  }
  attribute.attnum = static_cast<int16_t>(table->relation.attributes.size() + 1);
  table->relation.attributes.push_back(std::move(attribute));
}

void Ddl::CreateType(SqlCursor cursor) {
  Name name;
  if (!TakeName(&cursor, &name) || !cursor.Take("AS")) return;
  const std::string type = TypeKey(name.first, name.second);
  if (cursor.Take("ENUM")) return types_.AddEnum(type);
  if (cursor.Take("RANGE")) {
    while (!cursor.AtEnd() && !cursor.Take("SUBTYPE")) cursor.Next();
    cursor.Take("=");
    return types_.AddRange(type, TakeTypeName(&cursor).name);
  }
  std::vector<std::string> members;
  if (!cursor.Take("(")) return;
  while (cursor.IsName()) {
    cursor.Next();
    members.push_back(TakeTypeName(&cursor).name);
    SkipElement(&cursor);
    if (!cursor.Take(",")) break;
  }
  types_.AddComposite(type, std::move(members));
}

void Ddl::CreateDomain(SqlCursor cursor) {
  Name name;
  if (!TakeName(&cursor, &name) || !cursor.Take("AS")) return;
  types_.AddDomain(TypeKey(name.first, name.second), TakeTypeName(&cursor).name);
}

void Ddl::CreateUniqueIndex(SqlCursor cursor, std::string_view statement) {
  const size_t begin = statement.find("CREATE UNIQUE INDEX");
  if (!cursor.Take("INDEX") || begin == std::string_view::npos) return;
  const std::string index = cursor.TakeName();
  if (!cursor.Take("ON")) return;
  cursor.Take("ONLY");
  Name name;
  if (!TakeName(&cursor, &name)) return;
  const auto table = tables_.find(name);
  if (table == tables_.end()) return;
  while (!cursor.AtEnd() && !cursor.Is("(")) cursor.Next();
  const size_t list = cursor.begin();
  const std::string_view columns = cursor.TakeParenthesised();
  std::string_view definition = Trim(statement.substr(begin));
  if (definition.ends_with(";")) definition.remove_suffix(1);
  rules::UniqueKey key{index, {}, false, std::string(definition)};
  for (const std::string_view part : Split(columns, ',')) {
    SqlCursor element(part);
    if (element.IsName()) element.Next();
    key.expression = key.expression || !element.AtEnd();
  }
  const std::string_view rest = statement.substr(list);
  key.expression = key.expression || rest.find(" WHERE ") != std::string_view::npos;
  key.attributes = NamedIn(table->second.relation, rest);
  table->second.relation.unique_keys.push_back(std::move(key));
}

void Ddl::AlterTable(SqlCursor cursor) {
  if (!cursor.Take("TABLE")) return;
  cursor.Take("ONLY");
  Name name;
  if (!TakeName(&cursor, &name)) return;
  const auto table = tables_.find(name);
  if (table == tables_.end()) return;
  if (cursor.Take("ADD")) {
    if (!cursor.Take("CONSTRAINT")) return;
    const std::string constraint = cursor.TakeName();
    return TableConstraint(&cursor, &table->second, constraint);
  }
  if (cursor.Take("ATTACH")) {
    cursor.Take("PARTITION");
    table->second.relation.has_children = true;
    return;
  }
  // ALTER TABLE x ALTER COLUMN id ADD GENERATED … AS IDENTITY
  if (!cursor.Take("ALTER") || !cursor.Take("COLUMN")) return;
  const std::string column = cursor.TakeName();
  if (!cursor.Take("ADD")) return;
  for (rules::Attribute& attribute : table->second.relation.attributes) {
    if (attribute.name == column) attribute.identity = true;
  }
}

void Ddl::AddComment(SqlCursor cursor) {
  if (!cursor.Take("ON") || !cursor.Take("COLUMN")) return;
  std::vector<std::string> names;
  while (cursor.IsName()) {
    names.push_back(cursor.TakeName());
    if (!cursor.Take(".")) break;
  }
  if (names.size() < 2 || names.size() > 3 || !cursor.Take("IS")) return;
  const Name name{names.size() == 3 ? names[0] : search_path_, names[names.size() - 2]};
  const auto table = tables_.find(name);
  if (table == tables_.end()) return;
  for (rules::Attribute& attribute : table->second.relation.attributes) {
    if (attribute.name == names.back()) attribute.comment = cursor.TakeLiteral();
  }
}

void Ddl::AddCopy(const CopyHeader& copy) {
  Table& table = tables_[{copy.schema, copy.name}];
  table.relation.schema = copy.schema;
  table.relation.name = copy.name;
  Inherit(&table, 0);
  table.parents.clear();
  if (!copy.has_columns) return;
  std::vector<rules::Attribute>& attributes = table.relation.attributes;
  // Columns in COPY's order, then those that COPY leaves out: generated ones.
  std::vector<rules::Attribute> ordered;
  for (const std::string& column : copy.columns) {
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [&](const rules::Attribute& a) { return a.name == column; });
    if (found != attributes.end()) {
      found->generated = false;
      ordered.push_back(std::move(*found));
      attributes.erase(found);
    } else {
      rules::Attribute unknown;
      unknown.name = column;
      unknown.type.name = "text";
      ordered.push_back(std::move(unknown));
    }
  }
  for (rules::Attribute& left : attributes) {
    left.generated = true;
    ordered.push_back(std::move(left));
  }
  attributes = std::move(ordered);
}

void Ddl::SetSize(const CopyHeader& copy, uint64_t rows, uint64_t bytes) {
  rules::Relation& relation = tables_[{copy.schema, copy.name}].relation;
  relation.rows_estimate = static_cast<double>(rows);
  relation.bytes = bytes;
  relation.pages = (bytes + 8191) / 8192;
}

// Columns of parents come first (CREATE TABLE of a child lists only its own).
void Ddl::Inherit(Table* table, int depth) const {
  if (depth > kMaxInheritanceDepth) return;
  std::vector<rules::Attribute> inherited;
  for (const Name& name : table->parents) {
    const auto found = tables_.find(name);
    if (found == tables_.end() || &found->second == table) continue;
    Table parent = found->second;
    Inherit(&parent, depth + 1);
    for (rules::Attribute& attribute : parent.relation.attributes) {
      const auto same = [&](const rules::Attribute& a) { return a.name == attribute.name; };
      if (std::any_of(inherited.begin(), inherited.end(), same)) continue;
      if (table->relation.Find(attribute.name) != nullptr) continue;
      inherited.push_back(std::move(attribute));
    }
  }
  auto& own = table->relation.attributes;
  own.insert(own.begin(), inherited.begin(), inherited.end());
}

bool Ddl::Has(std::string_view schema, std::string_view name) const {
  return tables_.find({std::string(schema), std::string(name)}) != tables_.end();
}

std::vector<rules::Relation> Ddl::Relations() const {
  std::vector<rules::Relation> relations;
  for (const auto& [name, stored] : tables_) {
    Table table = stored;
    Inherit(&table, 0);
    rules::Relation& relation = table.relation;
    relation.kind = table.root ? 'p' : 'r';
    relation.has_storage = !table.root;
    int16_t attnum = 0;
    for (rules::Attribute& attribute : relation.attributes) {
      attribute.attnum = ++attnum;
      attribute.type = types_.Resolve(attribute.type.name);
    }
    relation.primary_key = InTableOrder(relation, relation.primary_key);
    for (rules::UniqueKey& key : relation.unique_keys) {
      // Of a constraint the list itself, of an exclusion what its elements read.
      key.attributes =
          key.attributes.empty() ? NamedIn(relation, key.definition) : InTableOrder(relation, key.attributes);
    }
    for (rules::Check& check : relation.checks) check.attributes = NamedIn(relation, check.definition);
    relations.push_back(std::move(relation));
  }
  for (const auto& [name, table] : tables_) {
    for (const Name& parent : table.parents) {
      for (rules::Relation& relation : relations) {
        if (relation.schema == parent.first && relation.name == parent.second) relation.has_children = true;
      }
    }
  }
  return relations;
}

}  // namespace understudy::dump
