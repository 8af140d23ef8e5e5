#include "text/html_names.h"

#include <cstddef>

#include "text/name_table.h"

namespace understudy::text {
namespace {

constexpr std::string_view kInline[] = {"a",    "abbr", "b",  "bdi",  "bdo",   "big",  "cite",   "code",
                                        "del",  "dfn",  "em", "font", "i",     "ins",  "kbd",    "label",
                                        "mark", "q",    "s",  "samp", "small", "span", "strike", "strong",
                                        "sub",  "sup",  "t",  "tt",   "u",     "var",  "wbr"};
constexpr std::string_view kRawText[] = {"script",  "style",    "xmp",      "iframe",
                                         "noembed", "noframes", "plaintext"};
constexpr std::string_view kEscapableRawText[] = {"textarea", "title"};

constexpr std::string_view kUrlAttributes[] = {"href",   "src",        "action",    "formaction",
                                               "cite",   "background", "poster",    "data",
                                               "srcset", "data-src",   "data-href", "longdesc"};
constexpr std::string_view kCodeAttributes[] = {"class",  "style",   "id",     "name",    "for",   "type",
                                                "rel",    "target",  "lang",   "dir",     "role",  "width",
                                                "height", "align",   "valign", "bgcolor", "color", "face",
                                                "border", "charset", "media",  "method",  "xmlns"};

template <typename Meaning>
using Table = NameTable<Meaning, 256>;

template <typename Meaning, size_t kCount>
constexpr void AddAll(const std::string_view (&names)[kCount], Meaning meaning, Table<Meaning>* table) {
  for (std::string_view name : names) table->Add(name, meaning);
}

constexpr Table<HtmlTag> kTags = [] {
  Table<HtmlTag> table;
  AddAll(kInline, HtmlTag::kInline, &table);
  AddAll(kRawText, HtmlTag::kRawText, &table);
  AddAll(kEscapableRawText, HtmlTag::kEscapableRawText, &table);
  return table;
}();
constexpr Table<HtmlAttribute> kAttributes = [] {
  Table<HtmlAttribute> table;
  AddAll(kUrlAttributes, HtmlAttribute::kUrl, &table);
  AddAll(kCodeAttributes, HtmlAttribute::kCode, &table);
  return table;
}();

}  // namespace

HtmlTag TagOf(const HtmlName& name) { return kTags.Of(name.view()); }
HtmlAttribute AttributeOf(const HtmlName& name) { return kAttributes.Of(name.view()); }

}  // namespace understudy::text
