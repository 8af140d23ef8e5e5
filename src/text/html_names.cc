#include "text/html_names.h"

#include <array>

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

// Open addressing; four times as many places as names.
template <typename Meaning>
class NameTable {
 public:
  template <size_t kCount>
  constexpr void Add(const std::string_view (&names)[kCount], Meaning meaning) {
    for (std::string_view name : names) {
      size_t at = PlaceOf(name);
      while (!places_[at].name.empty()) at = (at + 1) % kPlaces;
      places_[at] = {name, meaning};
    }
  }
  constexpr Meaning Of(std::string_view name) const {
    for (size_t at = PlaceOf(name); !places_[at].name.empty(); at = (at + 1) % kPlaces) {
      if (places_[at].name == name) return places_[at].meaning;
    }
    return Meaning::kOther;
  }

 private:
  static constexpr size_t kPlaces = 256;
  // Length, first, middle and last letter tell nearly all names apart.
  static constexpr size_t PlaceOf(std::string_view name) {
    if (name.empty()) return 0;
    const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(name[i])); };
    return (byte(0) * 7 + byte(name.size() / 2) * 31 + byte(name.size() - 1) * 3 + name.size() * 57) %
           kPlaces;
  }
  struct Place {
    std::string_view name;
    Meaning meaning = Meaning::kOther;
  };
  std::array<Place, kPlaces> places_{};
};

constexpr NameTable<HtmlTag> kTags = [] {
  NameTable<HtmlTag> table;
  table.Add(kInline, HtmlTag::kInline);
  table.Add(kRawText, HtmlTag::kRawText);
  table.Add(kEscapableRawText, HtmlTag::kEscapableRawText);
  return table;
}();
constexpr NameTable<HtmlAttribute> kAttributes = [] {
  NameTable<HtmlAttribute> table;
  table.Add(kUrlAttributes, HtmlAttribute::kUrl);
  table.Add(kCodeAttributes, HtmlAttribute::kCode);
  return table;
}();

}  // namespace

HtmlTag TagOf(const HtmlName& name) { return kTags.Of(name.view()); }
HtmlAttribute AttributeOf(const HtmlName& name) { return kAttributes.Of(name.view()); }

}  // namespace understudy::text
