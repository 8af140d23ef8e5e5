// The string values of a JSON document, by path, without building it.
//
// DESIGN
//   One pass over the bytes that keeps the path; keys are never given out. It does not validate: what
//   PostgreSQL stores as json is valid, and what is not (a text column that only looks like JSON) still has
//   its quoted strings searched. Nesting deeper than kMaxDepth is walked without paths: every string counts.
//   Path: "$" then ".name", ".*", "[3]" or "[*]" steps; "*" matches any key or index; a path that names an
//   object or an array means every string inside.
// Ownership: views point into the arguments. Threads: JsonPaths is immutable; JsonWalker is one thread's.
// Source: RFC 8259 for the grammar.
#ifndef UNDERSTUDY_TEXT_JSON_STRINGS_H_
#define UNDERSTUDY_TEXT_JSON_STRINGS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/edits.h"

namespace understudy::text {

class JsonPaths {
 public:
  JsonPaths() = default;
  // Comma-separated; empty: everything.
  explicit JsonPaths(std::string_view paths);
  const std::string& source() const { return source_; }

 private:
  friend class JsonWalker;
  struct Step {
    bool any = false;
    std::string name;  // a key, or an index in digits
  };
  std::string source_;
  std::vector<std::vector<Step>> paths_;  // at most 63; more are taken as everything
};

struct JsonString {
  uint32_t begin;  // behind the opening quote
  uint32_t end;    // at the closing one
  bool escaped;    // holds a backslash
};

class JsonWalker {
 public:
  // Replaces `out` by the selected string values, in order.
  void Walk(std::string_view json, const JsonPaths& paths, std::vector<JsonString>* out);

 private:
  struct Frame {
    bool object;
    bool expects_key;
    uint32_t index;
    uint64_t alive;  // bit per path: its steps match so far
  };
  void Enter(bool object, const JsonPaths& paths);
  uint64_t Step(const JsonPaths& paths, std::string_view name) const;
  uint64_t ChildMatch(const JsonPaths& paths);
  bool Selected(const JsonPaths& paths);

  std::vector<Frame> frames_;
  std::string_view key_;
  size_t deeper_ = 0;  // levels below kMaxDepth
};

// Decodes the escapes of json[begin, end).
void DecodeJsonString(std::string_view json, const JsonString& s, DecodedText* out);

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_JSON_STRINGS_H_
