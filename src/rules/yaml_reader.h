// YAML as our own immutable tree, with the position of every node and errors that point at it.
//
// DESIGN
//   The only file that includes yaml-cpp is yaml_reader.cc; nothing it throws leaves it. The tree is built
//   from parser events rather than from YAML::Node, because a Node hides what we refuse: keys given twice,
//   values left blank (`name:` reads as null, exactly like `name: null`), a second document. What YAML
//   guesses, we don't: a scalar is text until Bool() or Int() is asked for, `no` is text and `012` is no
//   number.
//   Limits (a rule pack is a few hundred lines; these stop hostile files, not large ones): kMaxYamlBytes,
//   kMaxYamlDepth, kMaxYamlNodes. Aliases share nodes, but count with everything below them each time, so
//   that no walk over the tree is longer than kMaxYamlNodes.
// Ownership: a Yaml is a cheap handle that keeps the whole document's nodes alive.
// Threads: immutable, thread-safe.
// Errors: "file:line:column: message", class kUsage; positions are 1-based, columns count bytes.
#ifndef UNDERSTUDY_RULES_YAML_READER_H_
#define UNDERSTUDY_RULES_YAML_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace understudy::rules {

inline constexpr size_t kMaxYamlBytes = 8 << 20;
inline constexpr size_t kMaxYamlDepth = 64;
inline constexpr size_t kMaxYamlNodes = 500'000;

// Where something of ours was written; every rule keeps its own for reports.
struct Position {
  std::string file;
  int line = 0;
  int column = 0;

  // "rules/odoo/crm.yaml:12", as the plan shows it.
  std::string FileLine() const;
};

struct YamlEntry;

class Yaml {
 public:
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMap };

  Yaml() = default;

  Kind kind() const;
  bool is_null() const { return kind() == Kind::kNull; }
  bool is_scalar() const { return kind() == Kind::kScalar; }
  bool is_sequence() const { return kind() == Kind::kSequence; }
  bool is_map() const { return kind() == Kind::kMap; }

  // The scalar's text; empty for anything else.
  const std::string& scalar() const;
  // Written in quotes or as a block: then "null" or "true" are just words.
  bool quoted() const;
  const std::vector<Yaml>& items() const;         // of a sequence
  const std::vector<YamlEntry>& entries() const;  // of a map, in the order written
  // The value of `key`, or nullptr. Linear: maps are small.
  const Yaml* Find(std::string_view key) const;

  Position position() const;
  const std::string& file() const;
  int line() const;
  int column() const;

  // "file:line:column: message"
  absl::Status Error(std::string_view message) const;

  // Each is an error that names `what` ("source.database") when the node is something else.
  absl::StatusOr<std::string> Text(std::string_view what) const;
  absl::StatusOr<bool> Bool(std::string_view what) const;
  absl::StatusOr<int64_t> Int(std::string_view what, int64_t least, int64_t most) const;
  absl::StatusOr<double> Number(std::string_view what, double least, double most) const;
  // A scalar, or a sequence of scalars.
  absl::StatusOr<std::vector<std::string>> Texts(std::string_view what) const;
  absl::Status ExpectMap(std::string_view what) const;
  absl::Status ExpectSequence(std::string_view what) const;
  // Every key of the map is one of `allowed`; the error suggests the nearest.
  absl::Status OnlyKeys(const std::vector<std::string>& allowed) const;

 private:
  friend class YamlBuilder;
  struct Node;
  explicit Yaml(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  absl::Status Expected(std::string_view what, std::string_view wanted) const;
  const Node& node() const;

  std::shared_ptr<const Node> node_;
};

struct YamlEntry {
  Yaml key;  // always a scalar
  Yaml value;
};

// An empty document is a null node. `file` is how messages call it.
absl::StatusOr<Yaml> ParseYaml(std::string_view content, std::string_view file);
absl::StatusOr<Yaml> ReadYaml(const std::string& path);

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_YAML_READER_H_
