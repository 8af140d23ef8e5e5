#include "text/html.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/eight_bytes.h"
#include "text/byte_search.h"
#include "text/html_entities.h"
#include "text/html_names.h"
#include "text/sixteen_bytes.h"
#include "text/unicode.h"

namespace understudy::text {
namespace {

constexpr size_t kMinUnit = 3;         // bytes: nothing shorter is a known value or a detection
constexpr size_t kLongestScheme = 12;  // bytes, with its colon

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool IsAlpha(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

// "https:", "mailto:"
bool HasScheme(std::string_view value) {
  for (size_t i = 0; i < std::min(value.size(), kLongestScheme); ++i) {
    const char c = value[i];
    if (c == ':') return i > 0 && !value.starts_with("javascript");
    if (c == '/' || c == '?' || c == '#') return false;
  }
  return false;
}

bool IsAbsoluteUrl(std::string_view value) {
  return value.starts_with("//") || value.starts_with("www.") || HasScheme(value);
}

HtmlUnit::Kind KindOfAttribute(std::string_view name, std::string_view value) {
  const HtmlName lower(name);
  switch (AttributeOf(lower)) {
    case HtmlAttribute::kUrl:
      return IsAbsoluteUrl(value) ? HtmlUnit::kUrl : HtmlUnit::kCode;
    case HtmlAttribute::kCode:
      return HtmlUnit::kCode;
    case HtmlAttribute::kOther:
      break;
  }
  const std::string_view n = lower.view();
  const bool code =
      n.starts_with("on") || n.starts_with("t-") || n.starts_with("data-oe-") || n.starts_with("xmlns:");
  return code ? HtmlUnit::kCode : HtmlUnit::kText;
}

class Parser {
 public:
  Parser(std::string_view html, DecodedText* text, std::vector<HtmlUnit>* units)
      : html_(html), text_(text), units_(units) {}

  void Run() {
    size_t begin = 0;  // of the text that is not yet added
    for (size_t at = 0; (at = FindEither(html_, at, '<', '&')) < html_.size();) {
      if (html_[at] == '<') {
        if (!OpensMarkup(at)) {
          ++at;
          continue;
        }
        Verbatim(begin, at);
        begin = at = Markup(at);
        continue;
      }
      at = AtAmpersand(html_, at, &begin);
    }
    Verbatim(begin, html_.size());
  }

  // Text with character references.
  void DecodeRun(size_t begin, size_t end) {
    const std::string_view upto = html_.substr(0, end);
    for (size_t at = begin; (at = upto.find('&', at)) != std::string_view::npos;) {
      at = AtAmpersand(upto, at, &begin);
    }
    Verbatim(begin, end);
  }

 private:
  void Verbatim(size_t begin, size_t end) {
    text_->AddVerbatim(html_.substr(begin, end - begin), static_cast<uint32_t>(begin));
  }

  // If a character reference stands at `at` in `text`: adds what stands before it, from *begin on, and it.
  // Returns where to go on.
  size_t AtAmpersand(std::string_view text, size_t at, size_t* begin) {
    const CharacterReference c = ReadReference(text, at);
    if (c.size == 0) return at + 1;
    Verbatim(*begin, at);
    scratch_.clear();
    AppendCodePoint(c.value, &scratch_);
    text_->AddEscape(scratch_, static_cast<uint32_t>(at), static_cast<uint32_t>(at + c.size));
    return *begin = at + c.size;
  }

  bool OpensMarkup(size_t at) const {
    if (all_text_ || at + 1 >= html_.size()) return false;
    const char c = html_[at + 1];
    return IsAlpha(c) || c == '!' || c == '?' ||
           (c == '/' && at + 2 < html_.size() && IsAlpha(html_[at + 2]));
  }

  void Unit(HtmlUnit::Kind kind, bool unquoted, size_t begin, size_t end) {
    if (end - begin < kMinUnit) return;
    units_->push_back({kind, unquoted, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)});
  }

  // Returns where text goes on.
  size_t Markup(size_t at) {
    const std::string_view rest = html_.substr(at);
    if (rest.starts_with("<!--")) return Enclosed(at, 4, "-->", HtmlUnit::kComment);
    if (rest.starts_with("<![CDATA[")) {
      // Looked for once only: a text may open many and close none.
      if (cdata_end_ < at) cdata_end_ = html_.find("]]>", at);
      if (cdata_end_ != std::string_view::npos) return Enclosed(at, 9, "]]>", HtmlUnit::kComment);
    }
    if (rest[1] == '!' || rest[1] == '?') return Enclosed(at, 2, ">", HtmlUnit::kCode);
    return Tag(at);
  }

  size_t Enclosed(size_t at, size_t opening, std::string_view closing, HtmlUnit::Kind kind) {
    const size_t found = html_.find(closing, at + opening);
    const size_t inner_end = found == std::string_view::npos ? html_.size() : found;
    const size_t end = found == std::string_view::npos ? html_.size() : found + closing.size();
    Unit(kind, false, at + opening, inner_end);
    text_->AddMarkup(false, static_cast<uint32_t>(at), static_cast<uint32_t>(end));
    return end;
  }

  // "<p>", "</div>", "<br/>", as nearly all are: a short name and nothing else. 0 if it is none of them, or
  // if what follows is no markup.
  size_t BareTag(size_t at) {
    const SixteenBytes sixteen = SixteenAt(html_, at);
    const uint32_t closings = sixteen.Are('>');
    if (closings == 0) return 0;
    const auto end = static_cast<uint32_t>(std::countr_zero(closings));
    const uint32_t name_begin = html_[at + 1] == '/' ? 2 : 1;
    const uint32_t name_end = html_[at + end - 1] == '/' ? end - 1 : end;
    const ByteKinds kinds = sixteen.kinds();
    const uint32_t name = ((uint32_t{1} << name_end) - 1) & ~((uint32_t{1} << name_begin) - 1);
    if ((name & ~(kinds.letters | kinds.digits)) != 0) return 0;
    const uint32_t size = name_end - name_begin;
    if (size > sizeof(uint64_t)) return 0;
    // Letters and digits: bit 5 makes them lower case.
    const uint64_t folded = EightAt(html_, at + name_begin) | 0x20 * kEightOnes;
    const HtmlTag tag = TagOf(folded & ~uint64_t{0} >> (64 - 8 * size));
    if (tag == HtmlTag::kRawText || tag == HtmlTag::kEscapableRawText) return 0;
    text_->AddMarkup(tag != HtmlTag::kInline, static_cast<uint32_t>(at), static_cast<uint32_t>(at + end + 1));
    return at + end + 1;
  }

  size_t Tag(size_t at) {
    if (const size_t end = BareTag(at); end != 0) return end;
    const bool closing = html_[at + 1] == '/';
    const size_t name_begin = at + (closing ? 2 : 1);
    size_t i = name_begin;
    bool at_sign = false;
    for (; i < html_.size() && !IsSpace(html_[i]) && html_[i] != '/' && html_[i] != '>'; ++i) {
      at_sign |= html_[i] == '@';
    }
    const std::string_view raw_name = html_.substr(name_begin, i - name_begin);
    // "Ada <ada@example.org>", "<https://…>": a browser takes it for a tag, and whoever wrote it did not.
    if (at_sign || raw_name.ends_with(':')) {
      Verbatim(at, at + 1);
      return at + 1;
    }
    const HtmlName name(raw_name);
    const HtmlTag tag = TagOf(name);
    const size_t units_before = units_->size();
    bool self_closed = false;
    const size_t end = Attributes(i, &self_closed);
    if (end == 0) {
      units_->resize(units_before);
      all_text_ = true;
      Verbatim(at, at + 1);
      return at + 1;
    }
    text_->AddMarkup(tag != HtmlTag::kInline, static_cast<uint32_t>(at), static_cast<uint32_t>(end));
    if (closing || self_closed) return end;
    if (tag == HtmlTag::kRawText) {
      const size_t close = FindClosingTag(end, name.view());
      Unit(HtmlUnit::kRawScript, false, end, close);
      text_->AddMarkup(true, static_cast<uint32_t>(end), static_cast<uint32_t>(close));
      return close;
    }
    if (tag == HtmlTag::kEscapableRawText) {
      const size_t close = FindClosingTag(end, name.view());
      DecodeRun(end, close);
      return close;
    }
    return end;
  }

  // From behind the tag's name to behind its '>'; 0 if the input ends before.
  size_t Attributes(size_t i, bool* self_closed) {
    for (;;) {
      while (i < html_.size() && (IsSpace(html_[i]) || html_[i] == '/')) ++i;
      if (i >= html_.size()) return 0;
      if (html_[i] == '>') {
        *self_closed = html_[i - 1] == '/';
        return i + 1;
      }
      const size_t name_begin = i;
      ++i;  // a leading '=' belongs to the name
      while (i < html_.size() && !IsSpace(html_[i]) && html_[i] != '/' && html_[i] != '>' && html_[i] != '=')
        ++i;
      const std::string_view name = html_.substr(name_begin, i - name_begin);
      size_t j = i;
      while (j < html_.size() && IsSpace(html_[j])) ++j;
      if (j >= html_.size()) return 0;
      if (html_[j] != '=') continue;
      i = j + 1;
      while (i < html_.size() && IsSpace(html_[i])) ++i;
      if (i >= html_.size()) return 0;
      if (html_[i] == '"' || html_[i] == '\'') {
        const size_t close = html_.find(html_[i], i + 1);
        if (close == std::string_view::npos) return 0;
        Attribute(name, false, i + 1, close);
        i = close + 1;
      } else if (html_[i] != '>') {
        const size_t begin = i;
        while (i < html_.size() && !IsSpace(html_[i]) && html_[i] != '>') ++i;
        Attribute(name, true, begin, i);
      }
    }
  }

  void Attribute(std::string_view name, bool unquoted, size_t begin, size_t end) {
    Unit(KindOfAttribute(name, html_.substr(begin, end - begin)), unquoted, begin, end);
  }

  size_t FindClosingTag(size_t from, std::string_view name) const {
    for (size_t at = html_.find("</", from); at != std::string_view::npos; at = html_.find("</", at + 2)) {
      const size_t end = at + 2 + name.size();
      if (end > html_.size()) break;
      if (HtmlName(html_.substr(at + 2, name.size())).view() != name) continue;
      if (end == html_.size() || IsSpace(html_[end]) || html_[end] == '>' || html_[end] == '/') return at;
    }
    return html_.size();
  }

  std::string_view html_;
  DecodedText* text_;
  std::vector<HtmlUnit>* units_;
  std::string scratch_;
  size_t cdata_end_ = 0;
  bool all_text_ = false;  // a tag did not end: what follows is text
};

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

void ParseHtml(std::string_view html, DecodedText* text, std::vector<HtmlUnit>* units) {
  text->Clear();
  units->clear();
  Parser(html, text, units).Run();
}

void DecodeUnit(std::string_view html, const HtmlUnit& unit, DecodedText* out) {
  out->Clear();
  if (unit.kind == HtmlUnit::kComment || unit.kind == HtmlUnit::kRawScript) {
    out->AddVerbatim(html.substr(unit.begin, unit.end - unit.begin), unit.begin);
    return;
  }
  Parser parser(html, out, nullptr);
  if (unit.kind != HtmlUnit::kUrl) {
    parser.DecodeRun(unit.begin, unit.end);
    return;
  }
  size_t begin = unit.begin;
  for (size_t i = unit.begin; i + 2 < unit.end; ++i) {
    if (html[i] != '%') continue;
    const int high = HexDigit(html[i + 1]), low = HexDigit(html[i + 2]);
    if (high < 0 || low < 0) continue;
    parser.DecodeRun(begin, i);
    const char byte = static_cast<char>(high * 16 + low);
    out->AddEscape(std::string_view(&byte, 1), static_cast<uint32_t>(i), static_cast<uint32_t>(i + 3));
    i += 2;
    begin = i + 1;
  }
  parser.DecodeRun(begin, unit.end);
}

bool LooksLikeHtml(std::string_view text) {
  const auto next = [&](char c, size_t from) {
    const void* found = from < text.size() ? std::memchr(text.data() + from, c, text.size() - from) : nullptr;
    return found == nullptr ? text.size()
                            : static_cast<size_t>(static_cast<const char*>(found) - text.data());
  };
  for (size_t i = next('<', 0); i + 1 < text.size(); i = next('<', i + 1)) {
    if (IsAlpha(text[i + 1]) || text[i + 1] == '/' || text[i + 1] == '!') return true;
  }
  for (size_t i = next('&', 0); i + 1 < text.size(); i = next('&', i + 1)) {
    if (ReadReference(text, i).size > 0) return true;
  }
  return false;
}

}  // namespace understudy::text
