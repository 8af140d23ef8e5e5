#include "rules/inner_strings.h"

#include <cstdint>

#include "base/utf8.h"

namespace understudy::rules {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// The position of the quote that closes the string opened at `open`, or npos.
size_t CloseOf(std::string_view s, size_t open) {
  for (size_t i = open + 1; i < s.size(); ++i) {
    if (s[i] == '\\') {
      ++i;
    } else if (s[i] == '"') {
      return i;
    }
  }
  return std::string_view::npos;
}

// Four hex digits at `at`, or false.
bool Hex4(std::string_view s, size_t at, uint32_t* code) {
  if (at + 4 > s.size()) return false;
  *code = 0;
  for (size_t i = at; i < at + 4; ++i) {
    const char c = s[i];
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      *code = *code * 16 + static_cast<uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      *code = *code * 16 + static_cast<uint32_t>(lower - 'a' + 10);
    } else {
      return false;
    }
  }
  return true;
}

// Steps over the escape at s[*i] == '\\', appending what it means.
bool JsonEscape(std::string_view s, size_t* i, std::string* out) {
  static constexpr std::string_view kLetters = "bfnrt";
  static constexpr std::string_view kMeanings = "\b\f\n\r\t";
  if (*i + 1 >= s.size()) return false;
  const char c = s[*i + 1];
  *i += 2;
  if (c == '"' || c == '\\' || c == '/') {
    out->push_back(c);
    return true;
  }
  if (const size_t letter = kLetters.find(c); letter != std::string_view::npos) {
    out->push_back(kMeanings[letter]);
    return true;
  }
  uint32_t code = 0;
  if (c != 'u' || !Hex4(s, *i, &code)) return false;
  *i += 4;
  uint32_t low = 0;
  const bool high = code >= 0xD800 && code < 0xDC00;
  if (high && s.substr(*i, 2) == "\\u" && Hex4(s, *i + 2, &low) && low >= 0xDC00 && low < 0xE000) {
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    *i += 6;
  }
  AppendCodePoint(code, out);
  return true;
}

bool UnescapeJson(std::string_view raw, std::string* out) {
  for (size_t i = 0; i < raw.size();) {
    if (raw[i] != '\\') {
      out->push_back(raw[i++]);
    } else if (!JsonEscape(raw, &i, out)) {
      return false;
    }
  }
  return true;
}

// As PostgreSQL's escape_json: the short forms, \u00xx for other controls, everything else as it is.
void EscapeJson(std::string_view text, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (const char c : text) {
    const unsigned char u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (u >= 0x20) {
      out->push_back(c);
    } else {
      const size_t letter = std::string_view("\b\f\n\r\t").find(c);
      out->push_back('\\');
      if (letter != std::string_view::npos) {
        out->push_back("bfnrt"[letter]);
      } else {
        out->append("u00");
        out->push_back(kHex[u >> 4]);
        out->push_back(kHex[u & 15]);
      }
    }
  }
}

bool UnescapeBackslashes(std::string_view raw, std::string* out) {
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && ++i == raw.size()) return false;
    out->push_back(raw[i]);
  }
  return true;
}

void EscapeBackslashes(std::string_view text, std::string* out) {
  for (const char c : text) {
    if (c == '"' || c == '\\') out->push_back('\\');
    out->push_back(c);
  }
}

bool IsKey(std::string_view s, size_t close, std::string_view arrow) {
  const size_t next = s.find_first_not_of(kBlanks, close + 1);
  return next != std::string_view::npos && s.substr(next, arrow.size()) == arrow;
}

// Both forms quote their strings with '"' and escape with '\\'; they differ in what follows a key and in the
// escapes.
template <class Unescape, class Escape>
InnerEdit EditStrings(std::string_view s, std::string_view arrow, StringEdit edit, Unescape unescape,
                      Escape escape, std::string* scratch, std::string* out) {
  const size_t begin = out->size();
  size_t copied = 0;
  for (size_t open = s.find('"'); open != std::string_view::npos;) {
    const size_t close = CloseOf(s, open);
    if (close == std::string_view::npos) {
      out->resize(begin);
      return InnerEdit::kMalformed;
    }
    if (!IsKey(s, close, arrow)) {
      std::string_view text = s.substr(open + 1, close - open - 1);
      scratch->clear();
      if (text.find('\\') != std::string_view::npos) {
        if (!unescape(text, scratch)) {
          out->resize(begin);
          return InnerEdit::kMalformed;
        }
        text = *scratch;
      }
      const size_t mark = out->size();
      out->append(s.substr(copied, open + 1 - copied));
      const size_t from = out->size();
      if (edit(text, out)) {
        scratch->assign(*out, from, out->size() - from);
        out->resize(from);
        escape(*scratch, out);
        copied = close;
      } else {
        out->resize(mark);
      }
    }
    open = s.find('"', close + 1);
  }
  if (copied == 0) return InnerEdit::kUnchanged;
  out->append(s.substr(copied));
  return InnerEdit::kChanged;
}

}  // namespace

InnerEdit EditJsonStrings(std::string_view json, StringEdit edit, std::string* scratch, std::string* out) {
  return EditStrings(json, ":", edit, UnescapeJson, EscapeJson, scratch, out);
}

InnerEdit EditHstoreValues(std::string_view hstore, StringEdit edit, std::string* scratch, std::string* out) {
  return EditStrings(hstore, "=>", edit, UnescapeBackslashes, EscapeBackslashes, scratch, out);
}

}  // namespace understudy::rules
