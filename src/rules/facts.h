// What planning knows of a database: plain data that clone/catalog fills and a test can write by hand.
//
// Ownership: values. Threads: immutable once filled.
#ifndef UNDERSTUDY_RULES_FACTS_H_
#define UNDERSTUDY_RULES_FACTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::rules {

// What Odoo says of a column (ir_model_fields); empty `ttype` when it says nothing.
struct OdooField {
  std::string model;     // "res.partner"
  std::string ttype;     // char, text, html, selection, many2one, binary, json, properties …
  std::string relation;  // the comodel of a relational field
  std::string related;   // "partner_id.email": a stored copy of that
  bool translate = false;
  bool selection = false;
  bool custom = false;  // state = 'manual': made by a user (Studio)
  uint32_t size = 0;
};

// A type, seen through domains to its base. Oids and names are PostgreSQL's.
struct Type {
  uint32_t oid = 0;
  std::string name;          // format_type without the modifier: "character varying", "text[]", "x.mood"
  char kind = 'b';           // pg_type.typtype of the column's own type: b, c, d, e, m, r, p
  char category = 'X';       // pg_type.typcategory
  uint32_t element_oid = 0;  // of an array, else 0
  std::string base_name;     // the type after resolving domains, element type for arrays
  char base_kind = 'b';      // typtype of base_name's type
  char base_category = 'X';
  bool textual = false;      // can carry text: decided from the catalogue (clone/catalog), for any type
  bool binary_safe = false;  // has send and receive functions and means the same on both ends
};

struct Attribute {
  int16_t attnum = 0;
  std::string name;
  Type type;
  int32_t max_chars = 0;  // varchar(n), char(n), domains over them; 0 is none
  bool not_null = false;
  bool generated = false;  // GENERATED ALWAYS AS … STORED: never in a COPY column list
  bool identity = false;
  std::string comment;  // Odoo writes the field's label here
  OdooField odoo;
};

// A unique or primary key or exclusion constraint, or a unique index.
struct UniqueKey {
  std::string name;
  std::vector<std::string> attributes;  // plain columns, and columns that its expressions read
  bool expression = false;              // has an expression or a predicate
  std::string definition;               // pg_get_indexdef
};

struct Check {
  std::string name;
  std::vector<std::string> attributes;
  std::string definition;
};

struct Relation {
  uint32_t oid = 0;
  std::string schema;
  std::string name;
  char kind = 'r';            // pg_class.relkind: r, p, f, m
  bool has_storage = true;    // false for partition roots: no rows of its own
  bool has_children = false;  // inheritance: COPY only its own rows
  // Of a partition the partitioned table at the top, whose rules are its rules; else empty.
  std::string root_schema, root_name;
  bool unlogged = false;
  uint64_t bytes = 0;                 // heap and TOAST
  uint64_t pages = 0;                 // of the heap
  double rows_estimate = 0;           // reltuples; -1 if never analysed
  std::vector<Attribute> attributes;  // live ones, in attnum order
  std::vector<UniqueKey> unique_keys;
  std::vector<Check> checks;
  std::vector<std::string> primary_key;  // attribute names, empty if none
  std::string odoo_model;                // "res.partner", empty if no model has this table

  const Attribute* Find(std::string_view attribute) const {
    for (const Attribute& a : attributes) {
      if (a.name == attribute) return &a;
    }
    return nullptr;
  }
};

struct Facts {
  std::vector<Relation> relations;                          // ordered by schema and name
  std::map<std::string, std::string, std::less<>> modules;  // installed Odoo modules → version
  std::string odoo_version;                                 // "17.0" or empty: no Odoo database
  int server_version = 0;                                   // 150020
  std::string default_country;                              // of the first company: "DE", or empty
  std::string default_language;                             // "en_US", or empty

  bool is_odoo() const { return !odoo_version.empty(); }
};

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_FACTS_H_
