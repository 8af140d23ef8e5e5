// Production's own names, e-mails, phones…, so that free text can be searched for them.
//
// DESIGN
//   Builder takes (kind, value, context) from the identifying columns and keeps hashes, never strings. Values
//   made of words (names, companies, streets, URLs) become sequences of token hashes (tokens.h); a person's
//   name also gives its surname alone, its first name alone and *Last First*. Codes (phones, IBANs, VAT,
//   cards, national ids, accounts, plates) become one hash of their letters and digits; a phone gives the
//   number with country code and the national significant number. An e-mail is one hash. The index is one
//   open-addressed table of 8-byte slots (38 bits of tag, 26 of meaning) at a load of at most two thirds,
//   plus a bit set of 16 to 32 bits a first token, and one for the first six characters of codes: 12 to 32
//   bytes an entry with both. A sequence's proper prefixes are entries too (they say "go on"), shared by all
//   values that begin so. A person's name with its variants takes about five entries. What two values share
//   (same hash) is merged by a fixed order, so the index does not depend on the order of insertion or on the
//   number of builders. A false match needs 38 equal bits and neighbouring slots: about one in 10^11
//   looked-up tokens.
// Ownership: values. Threads: a Builder belongs to one thread, Merge() joins them; KnownValues is immutable
// and thread-safe.
// Errors: Build() fails with RESOURCE_EXHAUSTED when the index would exceed Options::max_bytes: a part of the
// values would not do, since what isn't known can't be found.
#ifndef UNDERSTUDY_TEXT_KNOWN_VALUES_H_
#define UNDERSTUDY_TEXT_KNOWN_VALUES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/strings.h"
#include "pseudonym/kind.h"
#include "pseudonym/pseudonymiser.h"
#include "text/email.h"
#include "text/prefilter.h"
#include "text/stop_words.h"
#include "text/value_splitter.h"

namespace understudy::text {

// Values of more tokens are known by their first so many.
inline constexpr size_t kMaxTokens = 12;
// A single word with fewer letters is no evidence of anything (short values rule).
inline constexpr uint32_t kMinWordChars = 3;
// In lower case, a single word must be longer still to count as a name.
inline constexpr uint32_t kMinLowerChars = 5;
// Codes with fewer letters and digits are found in every text.
inline constexpr size_t kMinCodeChars = 6;
inline constexpr size_t kMaxCodeChars = 34;  // an IBAN's

// What the generator was told about the column, to be told again where the value is found in a text.
struct ValueContext {
  std::string country;
  std::string language;
  pseudonym::Entity entity = pseudonym::Entity::kUnknown;
  auto operator<=>(const ValueContext&) const = default;  // NOLINT(modernize-use-nullptr): of clang-tidy 14
};

// Counts by reason of values that were not put into the index.
struct KnownValueCounts {
  uint64_t added = 0;
  uint64_t too_short = 0;   // below the limits above
  uint64_t stop_words = 0;  // a single word that is on the list of words never replaced
  uint64_t empty = 0;
};

class KnownValues {
 public:
  // A slot's meaning.
  struct Entry {
    pseudonym::Kind kind = pseudonym::Kind::kName;
    bool final = false;       // a value ends here
    bool continues = false;   // a longer value begins so
    bool reversed = false;    // Last First: the value is First Last
    bool plain_gaps = false;  // its tokens were joined by single blanks
    bool common = false;      // a common word too: only where it is capitalised as a name
    bool part = false;        // derived: a first name or surname of a full name
    uint8_t surname_tokens = 1;
    uint16_t context = 0;
  };

  struct Options {
    uint64_t max_bytes = uint64_t{4} << 30;  // for the finished index
    const StopWords* stop_words = nullptr;   // none: every word may be a name
  };

  class Builder {
   public:
    explicit Builder(const Options& options) : options_(options) {}
    void Add(pseudonym::Kind kind, std::string_view value, const ValueContext& context);
    void Merge(Builder&& other);
    absl::StatusOr<std::unique_ptr<const KnownValues>> Build() &&;
    const KnownValueCounts& counts() const { return counts_; }

   private:
    struct Draft {
      uint64_t hash;
      uint32_t meaning;  // packed Entry with the builder's own context number
    };
    void Put(uint64_t hash, const Entry& entry, bool first);
    void PutSequence(const std::vector<uint64_t>& hashes, Entry entry);
    void PutCode(uint64_t hash, std::string_view code, const Entry& entry);
    void Compact();
    void CompactStarts();
    uint16_t ContextId(const ValueContext& context);
    bool AddEmails(Entry entry, std::string_view value);
    void AddCode(Entry entry, std::string_view value);
    void AddPhone(Entry entry, std::string_view value, std::string_view country);
    void AddWords(Entry entry, std::string_view value);
    void AddNameParts(Entry entry, const SplitValue& split);
    void AddWithoutLegalForm(Entry entry, const SplitValue& split);
    // The tokens [from, to) as one value, by the rules for single and common words.
    void AddSequence(Entry entry, const SplitValue& split, size_t from, size_t to);

    Options options_;
    KnownValueCounts counts_;
    std::vector<Draft> drafts_;
    std::vector<uint64_t> code_starts_;
    size_t compacted_ = 0, compacted_starts_ = 0;
    std::vector<ValueContext> contexts_ = {ValueContext()};
    uint16_t last_context_ = 0;
  };

  // The entry of a hash (first token, extended sequence or code); false if there is none.
  bool Find(uint64_t hash, Entry* entry) const;
  // Asks the memory for what Find(hash) will read.
  void Prefetch(uint64_t hash) const { __builtin_prefetch(&slots_[hash >> shift_]); }
  Prefilter prefilter() const { return prefilter_.view(); }
  // Over CodeStartHash of all codes.
  Prefilter code_starts() const { return code_starts_.view(); }
  const ValueContext& context(uint16_t id) const { return contexts_[id]; }
  uint64_t entries() const { return entries_; }
  uint64_t bytes() const {
    return slots_.size() * sizeof(uint64_t) + prefilter_.bytes() + code_starts_.bytes();
  }
  const KnownValueCounts& counts() const { return counts_; }
  const StopWords& stop_words() const { return stop_words_; }

 private:
  KnownValues() = default;
  friend class Builder;
  std::vector<uint64_t> slots_;
  int shift_ = 63;
  PrefilterBits prefilter_, code_starts_;
  std::vector<ValueContext> contexts_;
  uint64_t entries_ = 0;
  KnownValueCounts counts_;
  StopWords stop_words_;
};

// Hashes of codes and e-mails lie in domains of their own.
uint64_t CodeHash(std::string_view compact_upper);
uint64_t PhoneHash(std::string_view digits);
uint64_t EmailHash(std::string_view lower);
// Of the kMinCodeChars bytes with which a code begins, as it is hashed.
uint64_t CodeStartHash(const char* start);

// Is a value of this kind one code of letters and digits?
bool IsCode(pseudonym::Kind kind);

}  // namespace understudy::text

#endif  // UNDERSTUDY_TEXT_KNOWN_VALUES_H_
