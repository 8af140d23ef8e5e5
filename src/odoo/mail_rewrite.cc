#include "odoo/mail_rewrite.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "base/strings.h"
#include "odoo/placeholders.h"

namespace understudy::odoo {
namespace {

constexpr int kDeepest = 8;
constexpr size_t kLineBytes = 76;
// What a reader of the mail sees. Everything else tells of servers, ids and people.
constexpr std::string_view kKeptHeaders[] = {"from",     "to",     "cc",   "bcc",
                                             "reply-to", "sender", "date", "subject"};

struct Header {
  std::string name;  // lower case
  std::string value;
};

struct Entity {
  std::vector<Header> headers;
  std::string_view body;

  std::string_view Find(std::string_view name) const {
    for (const Header& header : headers) {
      if (header.name == name) return header.value;
    }
    return {};
  }
};

// Without the line end; moves `text` behind it.
std::string_view TakeLine(std::string_view* text) {
  const size_t end = text->find('\n');
  std::string_view line = text->substr(0, end);
  *text = end == std::string_view::npos ? std::string_view() : text->substr(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::optional<Entity> Parse(std::string_view text) {
  Entity entity;
  while (!text.empty()) {
    const std::string_view line = TakeLine(&text);
    if (line.empty()) break;
    if (line[0] == ' ' || line[0] == '\t') {
      if (entity.headers.empty()) return std::nullopt;
      entity.headers.back().value.append(" ").append(Trim(line));
      continue;
    }
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      if (entity.headers.empty() && line.starts_with("From ")) continue;  // the separator of an mbox
      return std::nullopt;
    }
    entity.headers.push_back({Lower(Trim(line.substr(0, colon))), std::string(Trim(line.substr(colon + 1)))});
  }
  entity.body = text;
  return entity;
}

// "text/html" of "text/html; charset=…".
std::string TypeOf(std::string_view content_type) {
  return Lower(Trim(content_type.substr(0, content_type.find(';'))));
}

std::string ParameterOf(std::string_view header, std::string_view name) {
  for (const std::string_view part : Split(header, ';')) {
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos || Lower(Trim(part.substr(0, equals))) != name) continue;
    std::string_view value = Trim(part.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    return std::string(value);
  }
  return {};
}

std::optional<std::string> ToUtf8(std::string bytes, std::string_view charset) {
  const std::string name = Lower(charset);
  if (name.empty() || name == "utf-8" || name == "utf8" || name == "us-ascii" || name == "ascii")
    return bytes;
  const bool latin =
      name == "iso-8859-1" || name == "iso-8859-15" || name == "windows-1252" || name == "latin1";
  if (!latin) return std::nullopt;
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | (byte >> 6));
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

std::optional<std::string> Decode(std::string_view body, std::string_view encoding,
                                  std::string_view charset) {
  const std::string name = Lower(encoding);
  if (name.empty() || name == "7bit" || name == "8bit" || name == "binary") {
    return ToUtf8(std::string(body), charset);
  }
  if (name == "quoted-printable") return ToUtf8(DecodeQuotedPrintable(body, false), charset);
  std::string bytes;
  if (name != "base64" || !absl::Base64Unescape(ToAbsl(Trim(body)), &bytes)) return std::nullopt;
  return ToUtf8(std::move(bytes), charset);
}

// The encoded words of a header: =?charset?B|Q?text?=
std::optional<std::string> DecodeHeader(std::string_view value) {
  std::string out;
  while (!value.empty()) {
    const size_t begin = value.find("=?");
    out.append(value.substr(0, begin));
    if (begin == std::string_view::npos) break;
    value.remove_prefix(begin + 2);
    const size_t charset = value.find('?');
    if (charset == std::string_view::npos || charset + 2 >= value.size() || value[charset + 2] != '?') {
      return std::nullopt;
    }
    const size_t end = value.find("?=", charset + 3);
    if (end == std::string_view::npos) return std::nullopt;
    const char how = value[charset + 1];
    const std::string_view word = value.substr(charset + 3, end - charset - 3);
    std::string bytes;
    if (how == 'B' || how == 'b') {
      if (!absl::Base64Unescape(ToAbsl(word), &bytes)) return std::nullopt;
    } else {
      bytes = DecodeQuotedPrintable(word, true);
    }
    const std::optional<std::string> decoded = ToUtf8(std::move(bytes), value.substr(0, charset));
    if (!decoded.has_value()) return std::nullopt;
    out += *decoded;
    value.remove_prefix(end + 2);
    // Blanks between two encoded words are not part of the text.
    const size_t next = value.find_first_not_of(" \t");
    if (next != std::string_view::npos && value.substr(next).starts_with("=?")) value.remove_prefix(next);
  }
  return out;
}

// Characters of UTF-8 stay whole: 45 bytes are 60 of base64, and a word may have 75.
std::string EncodeHeader(std::string_view text) {
  constexpr size_t kWordBytes = 42;
  if (std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7F; })) {
    return std::string(text);
  }
  std::string out;
  while (!text.empty()) {
    size_t size = std::min(kWordBytes, text.size());
    while (size < text.size() && size > 1 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    std::string encoded;
    absl::Base64Escape(ToAbsl(text.substr(0, size)), &encoded);
    out += fmt::format("{}=?utf-8?B?{}?=", out.empty() ? "" : "\r\n ", encoded);
    text.remove_prefix(size);
  }
  return out;
}

std::string Base64Lines(std::string_view bytes) {
  std::string encoded, out;
  absl::Base64Escape(ToAbsl(bytes), &encoded);
  for (size_t at = 0; at < encoded.size(); at += kLineBytes) {
    out.append(encoded, at, kLineBytes);
    out += "\r\n";
  }
  return out;
}

class Mail {
 public:
  explicit Mail(text::Rewriter& rewriter) : rewriter_(rewriter) {}

  // Headers (of the mail itself, not of a part) and body.
  bool Message(std::string_view text, int depth, std::string* out) {
    const std::optional<Entity> entity = Parse(text);
    if (!entity.has_value() || entity->headers.empty()) return false;
    for (const Header& header : entity->headers) {
      if (std::find(std::begin(kKeptHeaders), std::end(kKeptHeaders), header.name) == std::end(kKeptHeaders))
        continue;
      const std::optional<std::string> value = DecodeHeader(header.value);
      if (!value.has_value()) return false;
      *out += fmt::format("{}: {}\r\n", header.name, EncodeHeader(Rewritten(*value, false)));
    }
    *out += "mime-version: 1.0\r\n";
    return Body(*entity, depth, out);
  }

 private:
  std::string Rewritten(const std::string& text, bool html) {
    std::string out;
    const bool changed = html ? rewriter_.Html(text, &out) : rewriter_.Plain(text, &out);
    return changed ? out : text;
  }

  // The content headers, an empty line, the content.
  bool Body(const Entity& entity, int depth, std::string* out) {
    if (depth > kDeepest) return false;
    const std::string_view content_type = entity.Find("content-type");
    const std::string type = content_type.empty() ? "text/plain" : TypeOf(content_type);
    if (type.starts_with("multipart/")) return Multipart(entity, type, depth, out);
    const std::optional<std::string> content =
        Decode(entity.body, entity.Find("content-transfer-encoding"),
               type.starts_with("text/") ? ParameterOf(content_type, "charset") : "");
    if (!content.has_value()) return false;
    if (type == "message/rfc822") {
      std::string inner;
      if (!Message(*content, depth + 1, &inner)) return false;
      *out += "content-type: message/rfc822\r\n\r\n" + inner;
    } else if (type == "text/plain" || type == "text/html") {
      *out += fmt::format("content-type: {}; charset=utf-8\r\ncontent-transfer-encoding: base64\r\n\r\n{}",
                          type, Base64Lines(Rewritten(*content, type == "text/html")));
    } else {
      const Placeholder placeholder = MakePlaceholder(type, "");
      *out += fmt::format("content-type: {}\r\ncontent-transfer-encoding: base64\r\n\r\n{}",
                          placeholder.mimetype, Base64Lines(placeholder.content));
    }
    return true;
  }

  bool Multipart(const Entity& entity, const std::string& type, int depth, std::string* out) {
    const std::string boundary = ParameterOf(entity.Find("content-type"), "boundary");
    if (boundary.empty()) return false;
    const std::string mark = "--" + boundary;
    const std::string ours = fmt::format("understudy-{}", depth);
    std::string parts;
    std::string_view rest = entity.body;
    std::string_view part;
    const char* begin = nullptr;
    while (!rest.empty()) {
      const char* const line_begin = rest.data();
      const std::string_view line = TakeLine(&rest);
      if (!line.starts_with(mark)) continue;
      const bool last = line.substr(mark.size()).starts_with("--");
      if (!last && !Trim(line.substr(mark.size())).empty()) continue;  // a longer boundary
      if (begin != nullptr) {
        part = std::string_view(begin, static_cast<size_t>(line_begin - begin));
        const std::optional<Entity> inner = Parse(part);
        if (!inner.has_value()) return false;
        parts += "--" + ours + "\r\n";
        if (!Body(*inner, depth + 1, &parts)) return false;
        parts += "\r\n";
      }
      begin = last ? nullptr : rest.data();
      if (last) break;
    }
    if (parts.empty() || begin != nullptr) return false;  // none, or one without an end
    *out += fmt::format("content-type: {}; boundary=\"{}\"\r\n\r\n{}--{}--\r\n", type, ours, parts, ours);
    return true;
  }

  text::Rewriter& rewriter_;
};

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string DecodeQuotedPrintable(std::string_view text, bool underscores) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (underscores && text[i] == '_') {
      out += ' ';
    } else if (text[i] != '=') {
      out += text[i];
    } else if (i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
      out += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else if (const size_t end = text.find('\n', i); end != std::string_view::npos && end <= i + 2) {
      i = end;  // a soft line break
    }
  }
  return out;
}

std::optional<std::string> RewriteMail(std::string_view mail, text::Rewriter& rewriter) {
  std::string out;
  if (!Mail(rewriter).Message(mail, 0, &out)) return std::nullopt;
  return out;
}

}  // namespace understudy::odoo
