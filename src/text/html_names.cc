#include "text/html_names.h"

#include <cstddef>
#include <span>
#include <string_view>

#include "base/eight_bytes.h"
#include "text/name_table.h"

namespace understudy::text {
namespace {

constexpr std::string_view kInline[] = {"a",    "abbr", "b",  "bdi",  "bdo",   "big",  "cite",   "code",
                                        "del",  "dfn",  "em", "font", "i",     "ins",  "kbd",    "label",
                                        "mark", "q",    "s",  "samp", "small", "span", "strike", "strong",
                                        "sub",  "sup",  "t",  "tt",   "u",     "var",  "wbr"};
constexpr std::string_view kRawText[] = {"script", "style", "xmp", "iframe", "noembed", "noframes"};
constexpr std::string_view kEscapableRawText[] = {"textarea", "title"};

constexpr std::string_view kUrlAttributes[] = {"href",   "src",        "action",    "formaction",
                                               "cite",   "background", "poster",    "data",
                                               "srcset", "data-src",   "data-href", "longdesc"};
constexpr std::string_view kCodeAttributes[] = {"class",  "style",   "id",     "name",    "for",   "type",
                                                "rel",    "target",  "lang",   "dir",     "role",  "width",
                                                "height", "align",   "valign", "bgcolor", "color", "face",
                                                "border", "charset", "media",  "method",  "xmlns"};

// Names of up to eight bytes, which all but one have, as numbers: one comparison each.
constexpr std::string_view kLongRawText = "plaintext";
class TagTable {
 public:
  constexpr TagTable() {
    AddAll(kInline, HtmlTag::kInline);
    AddAll(kRawText, HtmlTag::kRawText);
    AddAll(kEscapableRawText, HtmlTag::kEscapableRawText);
  }
  constexpr HtmlTag Of(uint64_t name) const {
    for (size_t at = PlaceOf(name); names_[at] != 0; at = (at + 1) % kPlaces) {
      if (names_[at] == name) return tags_[at];
    }
    return HtmlTag::kOther;
  }

 private:
  static constexpr int kBits = 8;
  static constexpr size_t kPlaces = size_t{1} << kBits;
  static constexpr size_t PlaceOf(uint64_t name) { return name * 0x9E3779B97F4A7C15 >> (64 - kBits); }

  constexpr void AddAll(std::span<const std::string_view> names, HtmlTag tag) {
    for (const std::string_view name : names) {
      uint64_t number = 0;
      for (size_t i = name.size(); i-- > 0;) number = number << 8 | static_cast<unsigned char>(name[i]);
      size_t at = PlaceOf(number);
      while (names_[at] != 0) at = (at + 1) % kPlaces;
      names_[at] = number;
      tags_[at] = tag;
    }
  }

  uint64_t names_[kPlaces] = {};
  HtmlTag tags_[kPlaces] = {};
};
constexpr TagTable kTags;

template <typename Meaning>
using Table = NameTable<Meaning, 256>;

template <typename Meaning>
constexpr void AddAll(std::span<const std::string_view> names, Meaning meaning, Table<Meaning>* table) {
  for (std::string_view name : names) table->Add(name, meaning);
}

constexpr Table<HtmlAttribute> kAttributes = [] {
  Table<HtmlAttribute> table;
  AddAll(kUrlAttributes, HtmlAttribute::kUrl, &table);
  AddAll(kCodeAttributes, HtmlAttribute::kCode, &table);
  return table;
}();

}  // namespace

HtmlTag TagOf(uint64_t name) { return kTags.Of(name); }
HtmlTag TagOf(const HtmlName& name) {
  const std::string_view view = name.view();
  if (view.size() <= sizeof(uint64_t)) return TagOf(EightAt(view, 0));
  return view == kLongRawText ? HtmlTag::kRawText : HtmlTag::kOther;
}
HtmlAttribute AttributeOf(const HtmlName& name) { return kAttributes.Of(name.view()); }

}  // namespace understudy::text
