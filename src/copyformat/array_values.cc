#include "copyformat/array_values.h"

#include <algorithm>

#include "copyformat/binary_format.h"
#include "copyformat/binary_value_parts.h"

namespace understudy::copyformat {
namespace {

constexpr int kMaxDimensions = 6;  // PostgreSQL's MAXDIM

bool IsArrayBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

bool IsNullWord(std::string_view s) {
  constexpr std::string_view kNull = "null";
  return s.size() == kNull.size() && std::equal(s.begin(), s.end(), kNull.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b;
         });
}

bool NeedsQuotes(std::string_view element, char delimiter) {
  if (element.empty() || IsNullWord(element)) return true;
  return std::any_of(element.begin(), element.end(), [delimiter](char c) {
    return c == '"' || c == '\\' || c == '{' || c == '}' || c == delimiter || IsArrayBlank(c);
  });
}

void AppendElement(std::string_view element, char delimiter, std::string* out) {
  if (!NeedsQuotes(element, delimiter)) {
    out->append(element);
    return;
  }
  out->push_back('"');
  for (const char c : element) {
    if (c == '"' || c == '\\') out->push_back('\\');
    out->push_back(c);
  }
  out->push_back('"');
}

// Copies what lies between changed elements; until the first change nothing is written.
class RunCopier {
 public:
  RunCopier(const char* begin, std::string* out) : copied_(begin), out_(out), out_size_(out->size()) {}

  void Replace(const char* begin) {
    out_->append(copied_, static_cast<size_t>(begin - copied_));
    changed_ = true;
  }
  void ContinueAt(const char* end) { copied_ = end; }

  ArrayEdit Finish(const char* end) {
    if (!changed_) return ArrayEdit::kUnchanged;
    out_->append(copied_, static_cast<size_t>(end - copied_));
    return ArrayEdit::kChanged;
  }
  ArrayEdit Malformed() {
    out_->resize(out_size_);
    return ArrayEdit::kMalformed;
  }

 private:
  const char* copied_;
  std::string* out_;
  const size_t out_size_;
  bool changed_ = false;
};

// An element of a literal as it stands: quotes included, blanks around it not.
struct LiteralElement {
  const char* begin;
  const char* end;
  std::string_view value;
  bool null;
};

// Reads the element at `at`; false if it is malformed. `value` may point into `scratch`.
bool ReadQuoted(const char* at, const char* end, std::string* scratch, LiteralElement* element) {
  element->begin = at++;
  element->null = false;
  scratch->clear();
  for (; at != end; ++at) {
    if (*at == '"') {
      element->end = at + 1;
      element->value = *scratch;
      return true;
    }
    if (*at == '\\' && ++at == end) return false;
    scratch->push_back(*at);
  }
  return false;
}

bool ReadUnquoted(const char* at, const char* end, char delimiter, std::string* scratch,
                  LiteralElement* element) {
  element->begin = at;
  scratch->clear();
  bool escaped = false;
  const char* value_end = at;  // behind the last byte that is no blank
  size_t value_size = 0;
  for (; at != end && *at != delimiter && *at != '}'; ++at) {
    if (*at == '"' || *at == '{') return false;
    const bool escape = *at == '\\';
    if (escape && ++at == end) return false;
    escaped |= escape;
    scratch->push_back(*at);
    if (escape || !IsArrayBlank(*at)) {
      value_end = at + 1;
      value_size = scratch->size();
    }
  }
  if (value_size == 0) return false;
  scratch->resize(value_size);
  element->end = value_end;
  element->value = *scratch;
  element->null = !escaped && IsNullWord(element->value);
  return true;
}

const char* SkipBlanks(const char* at, const char* end) {
  while (at != end && IsArrayBlank(*at)) ++at;
  return at;
}

// Behind an optional `[1:2][0:3]=`; null if it has no end.
const char* SkipBounds(const char* at, const char* end) {
  at = SkipBlanks(at, end);
  if (at == end || *at != '[') return at;
  at = std::find(at, end, '=');
  return at == end ? nullptr : SkipBlanks(at + 1, end);
}

}  // namespace

ArrayEdit EditBinaryArray(std::string_view array, ElementEdit edit, ArrayScratch* scratch, std::string* out) {
  const char* at = array.data();
  const char* const end = at + array.size();
  RunCopier copier(at, out);
  if (end - at < 12) return copier.Malformed();
  const int32_t dimensions = static_cast<int32_t>(LoadBig32(at));
  if (dimensions < 0 || dimensions > kMaxDimensions) return copier.Malformed();
  at += 12;
  if (end - at < 8 * dimensions) return copier.Malformed();
  uint64_t elements = dimensions == 0 ? 0 : 1;
  for (int i = 0; i < dimensions; ++i, at += 8) {
    const int32_t length = static_cast<int32_t>(LoadBig32(at));
    if (length < 0) return copier.Malformed();
    elements *= static_cast<uint64_t>(length);
    // Each element has a length word: this also keeps the product from overflowing.
    if (elements > array.size() / 4) return copier.Malformed();
  }
  for (uint64_t i = 0; i < elements; ++i) {
    if (end - at < 4) return copier.Malformed();
    const int32_t length = static_cast<int32_t>(LoadBig32(at));
    if (length < kBinaryNull || end - at - 4 < length) return copier.Malformed();
    const char* const value = at + 4;
    if (length != kBinaryNull) {
      scratch->replacement.clear();
      if (edit({value, static_cast<size_t>(length)}, &scratch->replacement)) {
        copier.Replace(at);
        AppendBig32(static_cast<uint32_t>(scratch->replacement.size()), out);
        out->append(scratch->replacement);
        copier.ContinueAt(value + length);
      }
    }
    at = value + (length > 0 ? length : 0);
  }
  return at == end ? copier.Finish(end) : copier.Malformed();
}

ArrayEdit EditArrayLiteral(std::string_view literal, ElementEdit edit, ArrayScratch* scratch,
                           std::string* out, char delimiter) {
  const char* const end = literal.data() + literal.size();
  RunCopier copier(literal.data(), out);
  const char* at = SkipBounds(literal.data(), end);
  if (at == nullptr || at == end || *at != '{') return copier.Malformed();
  int depth = 0;
  // What may stand at `at`: a value (element or an opening brace), and a closing brace or a delimiter.
  bool value_ok = true;
  bool close_ok = false;
  do {
    if (*at == '{') {
      if (!value_ok || ++depth > kMaxDimensions) return copier.Malformed();
      close_ok = true;
      ++at;
    } else if (*at == '}') {
      if (!close_ok) return copier.Malformed();
      value_ok = false;
      --depth;
      ++at;
    } else if (*at == delimiter) {
      if (value_ok) return copier.Malformed();
      value_ok = true;
      close_ok = false;
      ++at;
    } else {
      LiteralElement element;
      if (!value_ok) return copier.Malformed();
      const bool read = *at == '"' ? ReadQuoted(at, end, &scratch->element, &element)
                                   : ReadUnquoted(at, end, delimiter, &scratch->element, &element);
      if (!read) return copier.Malformed();
      scratch->replacement.clear();
      if (!element.null && edit(element.value, &scratch->replacement)) {
        copier.Replace(element.begin);
        AppendElement(scratch->replacement, delimiter, out);
        copier.ContinueAt(element.end);
      }
      at = element.end;
      value_ok = false;
      close_ok = true;
    }
    at = SkipBlanks(at, end);
  } while (depth > 0 && at != end);
  return depth == 0 && at == end ? copier.Finish(end) : copier.Malformed();
}

std::string MakeBinaryArray(uint32_t element_oid, const std::vector<std::optional<std::string>>& elements) {
  const bool has_null = std::any_of(elements.begin(), elements.end(), [](const auto& e) { return !e; });
  std::string out;
  AppendBig32(elements.empty() ? 0 : 1, &out);
  AppendBig32(has_null ? 1 : 0, &out);
  AppendBig32(element_oid, &out);
  if (elements.empty()) return out;
  AppendBig32(static_cast<uint32_t>(elements.size()), &out);
  AppendBig32(1, &out);  // PostgreSQL counts from one
  for (const auto& element : elements) {
    AppendBig32(element ? static_cast<uint32_t>(element->size()) : static_cast<uint32_t>(kBinaryNull), &out);
    if (element) out.append(*element);
  }
  return out;
}

std::string MakeArrayLiteral(const std::vector<std::optional<std::string>>& elements, char delimiter) {
  std::string out = "{";
  for (size_t i = 0; i < elements.size(); ++i) {
    if (i > 0) out.push_back(delimiter);
    if (elements[i]) {
      AppendElement(*elements[i], delimiter, &out);
    } else {
      out.append("NULL");
    }
  }
  out.push_back('}');
  return out;
}

}  // namespace understudy::copyformat
