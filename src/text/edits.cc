#include "text/edits.h"

#include <algorithm>
#include <cstring>

namespace understudy::text {

void EditList::SortByPlace() {
  const auto before = [](const Edit& a, const Edit& b) { return a.begin < b.begin; };
  if (!std::is_sorted(edits_.begin(), edits_.end(), before)) std::sort(edits_.begin(), edits_.end(), before);
}

void EditList::Apply(std::string_view raw, std::string* out) const {
  uint32_t at = 0;
  for (const Edit& e : edits_) {
    out->append(raw.substr(at, e.begin - at));
    out->append(TextOf(e));
    at = e.end;
  }
  out->append(raw.substr(at));
}

namespace {

constexpr bool IsAsciiAlnum(int c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr char kHex[] = "0123456789ABCDEF";

constexpr int kEscapes = static_cast<int>(Escape::kBackslash) + 1;

// Which escapes leave a byte as it is: a bit for each.
constexpr struct PlainBytes {
  uint8_t by[256] = {};
  constexpr PlainBytes() {
    for (int c = 0; c < 256; ++c) {
      const bool of_addresses = IsAsciiAlnum(c) || c == '-' || c == '.' || c == '_' || c == '@' || c == '+';
      const bool backslash = c == '"' || c == '\\';
      const bool html = c == '&' || c == '<' || c == '>' || c == '"' || c == '\'';
      Set(c, Escape::kNone, true);
      Set(c, Escape::kHtml, !html);
      Set(c, Escape::kUnquotedHtml, of_addresses || c >= 0x80);
      // Unreserved characters of RFC 3986 and those of addresses.
      Set(c, Escape::kUrlInHtml, of_addresses || c == '~' || c == '/' || c == ':');
      Set(c, Escape::kJson, !backslash && c >= 0x20);
      Set(c, Escape::kBackslash, !backslash);
    }
  }
  constexpr void Set(int byte, Escape escape, bool plain) {
    if (plain) by[byte] |= static_cast<uint8_t>(1u << static_cast<int>(escape));
  }
} kPlainBytes;
static_assert(kEscapes <= 8);

bool IsPlain(char c, Escape escape) {
  return (kPlainBytes.by[static_cast<unsigned char>(c)] >> static_cast<int>(escape) & 1) != 0;
}

void AppendHex(unsigned char b, std::string* out) {
  out->push_back(kHex[b >> 4]);
  out->push_back(kHex[b & 15]);
}

std::string_view HtmlEscape(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return "&#39;";
  }
}

// Of a byte that is not plain.
void AppendEscape(char c, Escape escape, std::string* out) {
  const auto b = static_cast<unsigned char>(c);
  switch (escape) {
    case Escape::kNone:
      break;
    case Escape::kHtml:
      out->append(HtmlEscape(c));
      break;
    case Escape::kUnquotedHtml:
      out->append("&#");
      if (b >= 100) out->push_back('1');
      if (b >= 10) out->push_back(static_cast<char>('0' + b / 10 % 10));
      out->push_back(static_cast<char>('0' + b % 10));
      out->push_back(';');
      break;
    case Escape::kUrlInHtml:
      out->push_back('%');
      AppendHex(b, out);
      break;
    case Escape::kJson:
      if (b < 0x20) {
        out->append("\\u00");
        AppendHex(b, out);
        break;
      }
      [[fallthrough]];
    case Escape::kBackslash:
      out->push_back('\\');
      out->push_back(c);
      break;
  }
}

}  // namespace

void AppendEscaped(std::string_view text, Escape escape, std::string* out) {
  uint8_t plain = 0xFF;
  for (char c : text) plain &= kPlainBytes.by[static_cast<unsigned char>(c)];
  if ((plain >> static_cast<int>(escape) & 1) != 0) {
    out->append(text);
    return;
  }
  for (char c : text) {
    if (IsPlain(c, escape)) {
      out->push_back(c);
    } else {
      AppendEscape(c, escape, out);
    }
  }
}

void DecodedText::AddVerbatim(std::string_view raw, uint32_t raw_begin) {
  if (raw.empty()) return;
  pieces_.push_back({static_cast<uint32_t>(text_.size()), raw_begin,
                     static_cast<uint32_t>(raw_begin + raw.size()), PieceKind::kVerbatim});
  text_.append(raw);
}

void DecodedText::AddEscape(std::string_view decoded, uint32_t raw_begin, uint32_t raw_end) {
  pieces_.push_back({static_cast<uint32_t>(text_.size()), raw_begin, raw_end, PieceKind::kEscape});
  text_.append(decoded);
  for (const char c : decoded) escapes_words_ |= IsAsciiAlnum(c);
}

void DecodedText::AddMarkup(bool breaks, uint32_t raw_begin, uint32_t raw_end) {
  pieces_.push_back({static_cast<uint32_t>(text_.size()), raw_begin, raw_end, PieceKind::kMarkup});
  if (breaks && !text_.empty() && text_.back() != '\n') text_.push_back('\n');
}

namespace {

size_t CodePoints(std::string_view s) {
  return static_cast<size_t>(std::count_if(
      s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// The bytes of the first `count` code points.
size_t SizeOf(std::string_view s, size_t count) {
  size_t i = 0;
  while (i < s.size()) {
    if ((static_cast<unsigned char>(s[i]) & 0xC0) != 0x80 && count-- == 0) break;
    ++i;
  }
  return i;
}

}  // namespace

// One edit over raw ranges with markup between them: each range keeps some text, so that a parser builds the
// same tree (an element without text may be closed elsewhere).
void DecodedText::Distribute(std::string_view text, Escape escape, const std::vector<RawRange>& ranges,
                             EditList* out) {
  if (ranges.size() == 1) {
    out->AddEscaped(ranges[0].begin, ranges[0].end, text, escape);
    return;
  }
  size_t left = CodePoints(text), raw_left = 0;
  for (const RawRange& r : ranges) raw_left += r.end - r.begin;
  for (size_t i = 0; i < ranges.size(); ++i) {
    const size_t raw = ranges[i].end - ranges[i].begin;
    const size_t others = ranges.size() - i - 1;
    size_t share = others == 0 || raw_left == 0 ? left : left * raw / raw_left;
    if (share == 0 && left > 0) share = 1;
    if (left >= others && left - share < others) share = left - others;
    share = std::min(share, left);
    const size_t size = SizeOf(text, share);
    out->AddEscaped(ranges[i].begin, ranges[i].end, text.substr(0, size), escape);
    text.remove_prefix(size);
    left -= share;
    raw_left -= raw;
  }
}

void DecodedText::WriteVerbatim(std::string_view changed, char* raw) const {
  for (const Piece& piece : pieces_) {
    if (piece.kind != PieceKind::kVerbatim) continue;
    std::memcpy(raw + piece.raw_begin, changed.data() + piece.begin, piece.raw_end - piece.raw_begin);
  }
}

void DecodedText::MapEdits(const EditList& edits, Escape escape, EditList* out) {
  size_t from = 0;
  const auto end_of = [&](size_t i) {
    return i + 1 < pieces_.size() ? pieces_[i + 1].begin : static_cast<uint32_t>(text_.size());
  };
  for (const Edit& e : edits.edits()) {
    while (from + 1 < pieces_.size() && end_of(from) <= e.begin) ++from;
    ranges_.clear();
    for (size_t i = from; i < pieces_.size() && pieces_[i].begin < e.end; ++i) {
      const Piece& piece = pieces_[i];
      if (piece.kind == PieceKind::kMarkup || end_of(i) <= e.begin) continue;
      uint32_t begin = piece.raw_begin, end = piece.raw_end;
      if (piece.kind == PieceKind::kVerbatim) {
        begin += std::max(e.begin, piece.begin) - piece.begin;
        end -= end_of(i) - std::min(e.end, end_of(i));
      }
      if (!ranges_.empty() && ranges_.back().end == begin) {
        ranges_.back().end = end;
      } else {
        ranges_.push_back({begin, end});
      }
    }
    Distribute(edits.TextOf(e), escape, ranges_, out);
  }
}

}  // namespace understudy::text
