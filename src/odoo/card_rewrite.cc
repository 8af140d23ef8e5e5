#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/strings.h"
#include "odoo/mail_rewrite.h"

namespace understudy::odoo {
namespace {

using pseudonym::Kind;

// The frame of both formats and what says nothing about anybody; copied as it is.
constexpr std::string_view kKept[] = {
    "begin",         "end",           "version",      "prodid",     "calscale",  "method",
    "dtstart",       "dtend",         "dtstamp",      "created",    "duration",  "due",
    "rrule",         "exdate",        "rdate",        "status",     "transp",    "sequence",
    "priority",      "class",         "action",       "trigger",    "repeat",    "tzid",
    "tzname",        "freebusy",      "tzoffsetfrom", "tzoffsetto", "completed", "percent-complete",
    "last-modified", "recurrence-id", "kind",         "rev"};
// Free text that somebody wrote.
constexpr std::string_view kText[] = {"summary", "description", "location", "comment",   "contact",
                                      "note",    "title",       "role",     "categories"};

struct Line {
  std::string name;        // lower case, without a group ("item1.")
  std::string parameters;  // with the ';' before them, or empty
  std::string value;
};

bool Contains(std::span<const std::string_view> list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::vector<std::string> Unfold(std::string_view card) {
  std::vector<std::string> lines;
  for (std::string_view line : Split(card, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!lines.empty() && !line.empty() && (line[0] == ' ' || line[0] == '\t')) {
      lines.back().append(line.substr(1));
    } else if (!lines.empty() && lines.back().ends_with('=') &&
               Lower(lines.back()).find("quoted-printable") != std::string::npos) {
      lines.back().append("\n").append(line);  // vCard 2.1: a soft line break
    } else if (!line.empty()) {
      lines.emplace_back(line);
    }
  }
  return lines;
}

// The colon that ends name and parameters: not one in quotes.
bool Parse(const std::string& text, Line* line) {
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] != ':' || quoted) continue;
    const std::string head = text.substr(0, i);
    const size_t semicolon = head.find(';');
    line->name = Lower(head.substr(0, semicolon));
    line->name = line->name.substr(line->name.find('.') + 1);
    line->parameters = semicolon == std::string::npos ? "" : head.substr(semicolon);
    line->value = text.substr(i + 1);
    if (Lower(line->parameters).find("quoted-printable") != std::string::npos) {
      line->value = DecodeQuotedPrintable(line->value, false);
      line->parameters.clear();  // they said how it was encoded
    }
    return true;
  }
  return false;
}

class Card {
 public:
  Card(const pseudonym::Pseudonymiser& pseudonymiser, text::Rewriter& rewriter)
      : pseudonymiser_(pseudonymiser), rewriter_(rewriter) {}

  // The new line without its end; empty: it is left out.
  std::string Rewrite(const Line& line) {
    const std::string name = Upper(line.name);
    if (line.name == "n") return name + ":" + StructuredName(line.value);
    if (line.name == "fn" || line.name == "nickname") return name + ":" + Pseudonym(Kind::kName, line.value);
    if (line.name == "org") return name + ":" + Pseudonym(Kind::kCompany, FirstField(line.value));
    if (line.name == "email") return name + ":" + Pseudonym(Kind::kEmail, line.value);
    if (line.name == "tel") return name + ":" + Pseudonym(Kind::kPhone, AfterScheme(line.value));
    if (line.name == "url") return name + ":" + Pseudonym(Kind::kUrl, line.value);
    if (line.name == "attendee" || line.name == "organizer") return Attendee(name, line);
    if (line.name == "uid") return name + ":" + Pseudonym(Kind::kToken, line.value);
    if (Contains(kText, line.name)) return name + ":" + FreeText(line.value);
    if (Contains(kKept, line.name)) return name + line.parameters + ":" + line.value;
    return {};
  }

 private:
  static std::string Upper(std::string text) {
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return text;
  }
  static std::string FirstField(const std::string& value) { return value.substr(0, value.find(';')); }
  static std::string AfterScheme(const std::string& value) {
    return Lower(value).starts_with("tel:") ? value.substr(4) : value;
  }

  std::string Pseudonym(Kind kind, const std::string& value) {
    std::string out;
    if (!Trim(value).empty()) pseudonymiser_.Generate(kind, value, {}, &out);
    return out;
  }

  // Family;Given;…: the pseudonym of "Given Family", as FN has it, cut at its last blank.
  std::string StructuredName(const std::string& value) {
    const std::vector<std::string_view> fields = Split(value, ';');
    const std::string given = fields.size() > 1 ? std::string(Trim(fields[1])) : "";
    const std::string full = std::string(Trim(given + " " + std::string(Trim(fields[0]))));
    const std::string name = Pseudonym(Kind::kName, full);
    const size_t blank = name.rfind(' ');
    if (blank == std::string::npos) return name + ";;;;";
    return name.substr(blank + 1) + ";" + name.substr(0, blank) + ";;;";
  }

  // Parameters may hold names and addresses (CN, SENT-BY, DIR): only the state of the answer stays.
  std::string Attendee(const std::string& name, const Line& line) {
    std::string out = name;
    for (const std::string_view parameter : Split(line.parameters, ';')) {
      const std::string key = Lower(parameter.substr(0, parameter.find('=')));
      if (key == "partstat" || key == "role" || key == "rsvp" || key == "cutype")
        out += ";" + std::string(parameter);
    }
    const bool mail = Lower(line.value).starts_with("mailto:");
    if (!mail) return {};
    return out + ":mailto:" + Pseudonym(Kind::kEmail, line.value.substr(7));
  }

  std::string FreeText(const std::string& value) {
    // "\n" and "\," are two characters here; the rewriter must see the words apart.
    std::string text, out;
    for (size_t i = 0; i < value.size(); ++i) {
      const bool escaped = value[i] == '\\' && i + 1 < value.size();
      if (!escaped) {
        text += value[i];
        continue;
      }
      ++i;
      text += value[i] == 'n' || value[i] == 'N' ? '\n' : value[i];
    }
    if (!rewriter_.Plain(text, &out)) out = text;
    std::string folded;
    for (const char c : out) {
      if (c == '\n') {
        folded += "\\n";
      } else if (c == ',' || c == ';' || c == '\\') {
        folded += '\\';
        folded += c;
      } else if (c != '\r') {
        folded += c;
      }
    }
    return folded;
  }

  const pseudonym::Pseudonymiser& pseudonymiser_;
  text::Rewriter& rewriter_;
};

}  // namespace

bool IsCard(std::string_view mimetype) {
  return mimetype == "text/vcard" || mimetype == "text/x-vcard" || mimetype == "text/directory" ||
         mimetype == "text/calendar";
}

std::optional<std::string> RewriteCard(std::string_view card, const pseudonym::Pseudonymiser& pseudonymiser,
                                       text::Rewriter& rewriter) {
  std::string out;
  Card rewriting(pseudonymiser, rewriter);
  for (const std::string& text : Unfold(card)) {
    Line line;
    if (!Parse(text, &line)) return std::nullopt;
    if (out.empty() && line.name != "begin") return std::nullopt;
    std::string rewritten = rewriting.Rewrite(line);
    if (rewritten.empty()) continue;
    // A line break that was encoded would begin a line of its own.
    std::replace_if(
        rewritten.begin(), rewritten.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    out += rewritten + "\r\n";
  }
  if (out.empty()) return std::nullopt;
  return out;
}

}  // namespace understudy::odoo
