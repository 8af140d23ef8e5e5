#include "text/literals.h"

#include <algorithm>

namespace understudy::text {
namespace {

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool IsNull(std::string_view s) {
  return s.size() == 4 && (s[0] | 0x20) == 'n' && (s[1] | 0x20) == 'u' && (s[2] | 0x20) == 'l' &&
         (s[3] | 0x20) == 'l';
}

class Walker {
 public:
  Walker(std::string_view text, LiteralKind kind, std::vector<LiteralElement>* out)
      : text_(text), kind_(kind), out_(out) {}

  bool Run() {
    if (kind_ == LiteralKind::kHstore) return Hstore();
    if (text_.size() < 2) return false;
    const char first = text_.front(), last = text_.back();
    if (kind_ == LiteralKind::kArray) return Array();
    if (kind_ == LiteralKind::kComposite && (first != '(' || last != ')')) return false;
    if (kind_ == LiteralKind::kRange) {
      if (text_ == "empty") return true;
      if ((first != '(' && first != '[') || (last != ')' && last != ']')) return false;
    }
    return Fields(1, text_.size() - 1);
  }

 private:
  // At an opening quote; sets `i` behind the closing one.
  bool Quoted(size_t* i, LiteralElement* element) const {
    const size_t begin = ++*i;
    for (; *i < text_.size(); ++*i) {
      if (text_[*i] == '\\') {
        ++*i;
      } else if (text_[*i] == '"') {
        if (kind_ != LiteralKind::kComposite && kind_ != LiteralKind::kRange) break;
        if (*i + 1 >= text_.size() || text_[*i + 1] != '"') break;
        ++*i;  // a doubled quote
      }
    }
    if (*i >= text_.size()) return false;
    *element = {static_cast<uint32_t>(begin), static_cast<uint32_t>(*i), true};
    ++*i;
    return true;
  }

  void Unquoted(size_t begin, size_t end) {
    if (begin < end && !(kind_ != LiteralKind::kComposite && IsNull(text_.substr(begin, end - begin)))) {
      out_->push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(end), false});
    }
  }

  // Composite and range: comma-separated, empty means NULL or infinite. A quote inside an unquoted part
  // is PostgreSQL's to accept; it never writes one.
  bool Fields(size_t i, size_t end) {
    for (;;) {
      if (i < end && text_[i] == '"') {
        LiteralElement element;
        if (!Quoted(&i, &element)) return false;
        if (element.end > element.begin) out_->push_back(element);
      } else {
        const size_t begin = i;
        while (i < end && text_[i] != ',') {
          if (text_[i] == '"' || text_[i] == '\\') return false;
          ++i;
        }
        Unquoted(begin, i);
      }
      if (i == end) return true;
      if (i > end || text_[i] != ',') return false;
      ++i;
    }
  }

  bool Array() {
    size_t i = 0;
    if (text_[0] == '[') {  // bounds: [2:4]={…}
      i = text_.find('=');
      if (i == std::string_view::npos) return false;
      ++i;
    }
    if (i >= text_.size() || text_[i] != '{') return false;
    size_t depth = 0;
    while (i < text_.size()) {
      const char c = text_[i];
      if (c == '{') {
        ++depth;
        ++i;
      } else if (c == '}') {
        ++i;
        if (--depth == 0) return i == text_.size();
      } else if (c == ',' || c == ';' || IsSpace(c)) {
        ++i;
      } else if (c == '"') {
        LiteralElement element;
        if (!Quoted(&i, &element)) return false;
        if (element.end > element.begin) out_->push_back(element);
      } else {
        const size_t begin = i;
        while (i < text_.size() && text_[i] != ',' && text_[i] != '}' && text_[i] != '{' && text_[i] != '"') {
          if (text_[i] == '\\') return false;
          ++i;
        }
        Unquoted(begin, i);
      }
    }
    return false;
  }

  // "key"=>"value", "key"=>NULL
  bool Hstore() {
    size_t i = 0;
    for (;;) {
      while (i < text_.size() && (IsSpace(text_[i]) || text_[i] == ',')) ++i;
      if (i == text_.size()) return true;
      LiteralElement element;
      if (text_[i] != '"' || !Quoted(&i, &element)) return false;
      if (text_.substr(i, 2) != "=>") return false;
      i += 2;
      if (i < text_.size() && text_[i] == '"') {
        if (!Quoted(&i, &element)) return false;
        if (element.end > element.begin) out_->push_back(element);
      } else if (IsNull(text_.substr(i, 4))) {
        i += 4;
      } else {
        return false;
      }
    }
  }

  std::string_view text_;
  LiteralKind kind_;
  std::vector<LiteralElement>* out_;
};

}  // namespace

bool WalkLiteral(std::string_view literal, LiteralKind kind, std::vector<LiteralElement>* out) {
  out->clear();
  if (Walker(literal, kind, out).Run()) return true;
  out->clear();
  return false;
}

void DecodeElement(std::string_view literal, const LiteralElement& element, DecodedText* out) {
  out->Clear();
  size_t begin = element.begin;
  for (size_t i = element.begin; element.quoted && i < element.end; ++i) {
    if (literal[i] != '\\' && literal[i] != '"') continue;
    if (i + 1 >= element.end) break;
    out->AddVerbatim(literal.substr(begin, i - begin), static_cast<uint32_t>(begin));
    out->AddEscape(literal.substr(i + 1, 1), static_cast<uint32_t>(i), static_cast<uint32_t>(i + 2));
    ++i;
    begin = i + 1;
  }
  if (begin < element.end)
    out->AddVerbatim(literal.substr(begin, element.end - begin), static_cast<uint32_t>(begin));
}

}  // namespace understudy::text
