// Changes to a text, and decoded text that remembers where it came from.
//
// DESIGN
//   Markup and escapes stand between the reader's text and the bytes. `DecodedText` holds the reader's text
//   and its pieces: verbatim bytes, escapes (an entity, "\u00e9", "%40": some bytes that stand for some
//   others) and markup (bytes that stand for nothing or for one line break). An edit of the decoded text
//   becomes edits of the raw bytes: escapes it touches go whole, markup inside it stays where it is and the
//   new text is spread over what lies between, escaped for the place. Whatever no edit touches stays byte for
//   byte.
// Ownership: lists keep their memory when cleared. Threads: one thread at a time.
#ifndef UNDERSTUDY_TEXT_EDITS_H_
#define UNDERSTUDY_TEXT_EDITS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::text {

enum class Escape : uint8_t { kNone, kHtml, kUnquotedHtml, kUrlInHtml, kJson, kBackslash };
void AppendEscaped(std::string_view text, Escape escape, std::string* out);

// Replace [begin, end) by a piece of the list's own text.
struct Edit {
  uint32_t begin;
  uint32_t end;
  uint32_t text_begin;
  uint32_t text_end;
};

class EditList {
 public:
  void Clear() {
    edits_.clear();
    text_.clear();
  }
  void Add(uint32_t begin, uint32_t end, std::string_view text) {
    const auto at = static_cast<uint32_t>(text_.size());
    text_.append(text);
    edits_.push_back({begin, end, at, static_cast<uint32_t>(text_.size())});
  }
  void AddEscaped(uint32_t begin, uint32_t end, std::string_view text, Escape escape) {
    const auto at = static_cast<uint32_t>(text_.size());
    AppendEscaped(text, escape, &text_);
    edits_.push_back({begin, end, at, static_cast<uint32_t>(text_.size())});
  }
  bool empty() const { return edits_.empty(); }
  const std::vector<Edit>& edits() const { return edits_; }
  std::string_view TextOf(const Edit& e) const {
    return std::string_view(text_).substr(e.text_begin, e.text_end - e.text_begin);
  }
  // Several decoded texts of one raw text append their edits one after the other.
  void SortByPlace();
  // Appends `raw` with the edits made; they must be in order and not overlap.
  void Apply(std::string_view raw, std::string* out) const;

 private:
  std::vector<Edit> edits_;
  std::string text_;
};

class DecodedText {
 public:
  void Clear() {
    text_.clear();
    pieces_.clear();
    escapes_words_ = false;
  }
  void AddVerbatim(std::string_view raw, uint32_t raw_begin);
  void AddEscape(std::string_view decoded, uint32_t raw_begin, uint32_t raw_end);
  // `breaks`: the reader sees a gap there.
  void AddMarkup(bool breaks, uint32_t raw_begin, uint32_t raw_end);

  std::string_view text() const { return text_; }
  // The edits of text() as edits of the raw bytes, appended to `out`.
  void MapEdits(const EditList& edits, Escape escape, EditList* out);
  // Does an escape stand for an ASCII letter or digit?
  bool escapes_words() const { return escapes_words_; }
  // Writes `changed`, as long as text(), over the raw bytes at `raw`; what stands for escapes and markup must
  // be as it was, and stays.
  void WriteVerbatim(std::string_view changed, char* raw) const;

 private:
  enum class PieceKind : uint8_t { kVerbatim, kEscape, kMarkup };
  struct Piece {
    uint32_t begin;  // in text_; it ends where the next begins
    uint32_t raw_begin;
    uint32_t raw_end;
    PieceKind kind;
  };
  struct RawRange {
    uint32_t begin;
    uint32_t end;
  };
  static void Distribute(std::string_view text, Escape escape, const std::vector<RawRange>& ranges,
                         EditList* out);

  std::string text_;
  std::vector<Piece> pieces_;
  std::vector<RawRange> ranges_;
  bool escapes_words_ = false;
};

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_EDITS_H_
