// Rules of other tools in our language, as far as they map.
//
// DESIGN
//   Two sources: security labels of PostgreSQL Anonymizer ("MASKED WITH FUNCTION anon.fake_email()"), from a
//   SQL file, a plain dump or the catalogue; and the `transformation` list of a greenmask configuration.
//   Their functions make something at random or from a fixed list, ours something consistent of the same
//   kind; so a rule maps if the kind is the same. What has no counterpart is listed with the reason and left
//   to the user: nothing is dropped in silence.
// Ownership: values. Threads: thread-safe. Errors: UsageError with file and line.
#ifndef UNDERSTUDY_SCAN_IMPORT_H_
#define UNDERSTUDY_SCAN_IMPORT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace understudy::scan {

struct ImportedRule {
  std::string table;  // "schema.table" outside public
  std::string column;
  std::string treatment;  // in the rule language
  std::string from;       // what it was: "anon.fake_email"
};

struct Imported {
  std::vector<ImportedRule> rules;
  // "people.photo: anon.image_blur: bytes are not blurred here; …"
  std::vector<std::string> left;
};

// A security label as it is in the catalogue; parts that the object doesn't have are empty.
struct SecurityLabel {
  std::string object;  // "COLUMN", "TABLE", "ROLE" …
  std::string schema, table, column;
  std::string text;
};

// The SECURITY LABEL statements for the provider "anon" of a SQL text; COPY data in it is stepped over.
absl::StatusOr<std::vector<SecurityLabel>> ParseSecurityLabels(std::string_view sql, const std::string& file);
Imported ImportLabels(const std::vector<SecurityLabel>& labels);

absl::StatusOr<Imported> ImportGreenmask(std::string_view yaml, const std::string& file);

// Moves to `left` the rules whose bytes are no UTF-8, and all but the last of a column.
void LeaveWhatNoPackHolds(Imported* imported);

// A greenmask configuration or SQL? Told by what is in it.
absl::StatusOr<Imported> ImportFile(std::string_view content, const std::string& file);

// A pack named "site/imported".
std::string ToYaml(const Imported& imported);

// "public.people" → "people", as packs write it.
std::string PackTable(std::string_view schema, std::string_view table);

}  // namespace understudy::scan

#endif  // UNDERSTUDY_SCAN_IMPORT_H_
