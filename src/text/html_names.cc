#include "text/html_names.h"

#include <cstddef>
#include <iterator>

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

// Names of up to eight bytes as numbers: one comparison each.
constexpr struct ShortTags {
  static constexpr int kBits = 8;
  static constexpr uint64_t kSpread = 0x9E3779B97F4A7C15;
  uint64_t names[1 << kBits] = {};
  HtmlTag tags[1 << kBits] = {};

  static constexpr size_t PlaceOf(uint64_t name) { return name * kSpread >> (64 - kBits); }
  constexpr void Add(std::string_view name, HtmlTag tag) {
    if (name.size() > sizeof(uint64_t)) return;
    uint64_t number = 0;
    for (size_t i = 0; i < name.size(); ++i)
      number |= static_cast<uint64_t>(static_cast<unsigned char>(name[i])) << 8 * i;
    size_t at = PlaceOf(number);
    while (names[at] != 0) at = (at + 1) % (1 << kBits);
    names[at] = number;
    tags[at] = tag;
  }
  constexpr ShortTags() {
    for (const std::string_view name : kInline) Add(name, HtmlTag::kInline);
    for (const std::string_view name : kRawText) Add(name, HtmlTag::kRawText);
    for (const std::string_view name : kEscapableRawText) Add(name, HtmlTag::kEscapableRawText);
  }
} kShortTags;

}  // namespace

HtmlTag TagOf(const HtmlName& name) { return kTags.Of(name.view()); }
HtmlTag TagOfShort(uint64_t name) {
  for (size_t at = ShortTags::PlaceOf(name); kShortTags.names[at] != 0;
       at = (at + 1) % std::size(kShortTags.names)) {
    if (kShortTags.names[at] == name) return kShortTags.tags[at];
  }
  return HtmlTag::kOther;
}
HtmlAttribute AttributeOf(const HtmlName& name) { return kAttributes.Of(name.view()); }

}  // namespace understudy::text
