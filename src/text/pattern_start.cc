#include "text/pattern_start.h"

#include <algorithm>
#include <bitset>

namespace understudy::text {
namespace {

using Bytes = std::bitset<256>;

constexpr size_t kMaxStates = 4096;  // of one pattern; more are not understood
constexpr int kEndless = -1;

Bytes Range(unsigned first, unsigned last) {
  Bytes bytes;
  for (unsigned c = first; c <= last; ++c) bytes.set(c);
  return bytes;
}
const Bytes kWide = Range(0x80, 0xFF);

// Reads a pattern and makes its automaton. Fragments begin at one state and end at another, which is empty.
class Automaton {
 public:
  explicit Automaton(std::string_view pattern) : pattern_(pattern) {
    fold_ = pattern.find("(?i") != std::string_view::npos;
    const Fragment all = Alternatives();
    end_ = all.end;
    begin_ = all.begin;
    understood_ = understood_ && at_ == pattern_.size();
  }
  bool understood() const { return understood_; }

  // Calls `place(k, bytes, ended)` for the first `places` places.
  template <typename Place>
  void Walk(size_t places, Place place) const {
    std::vector<bool> now(states_.size());
    Close(begin_, &now);
    bool ended = false;
    for (size_t k = 0; k < places; ++k) {
      ended = ended || now[end_];
      Bytes bytes;
      std::vector<bool> next(states_.size());
      for (size_t i = 0; i < states_.size(); ++i) {
        if (!now[i] || states_[i].bytes.none()) continue;
        bytes |= states_[i].bytes;
        Close(states_[i].next, &next);
      }
      place(k, bytes, ended);
      now.swap(next);
    }
  }

 private:
  struct State {
    Bytes bytes;  // none: goes on without one
    size_t next = kNone;
    size_t other = kNone;  // a second way, of states without bytes
  };
  struct Fragment {
    size_t begin;
    size_t end;
  };
  static constexpr size_t kNone = ~size_t{0};

  size_t Add(const State& state) {
    if (states_.size() >= kMaxStates) {
      understood_ = false;
      return 0;
    }
    states_.push_back(state);
    return states_.size() - 1;
  }
  Fragment Empty() {
    const size_t state = Add({});
    return {state, state};
  }
  Fragment One(const Bytes& bytes) {
    const size_t end = Add({});
    return {Add({bytes, end, kNone}), end};
  }
  // Without regard to case. "k" is the Kelvin sign, too, and "s" the long s: both ways.
  static void Fold(Bytes* bytes) {
    if ((*bytes & kWide).any()) bytes->set('k').set('s');
    for (unsigned c = 'a'; c <= 'z'; ++c) {
      if ((*bytes)[c] || (*bytes)[c - 32]) bytes->set(c).set(c - 32);
    }
    if ((*bytes)['k'] || (*bytes)['s']) *bytes |= kWide;
  }
  // Code points: ASCII ones, and any others as a run of wide bytes.
  Fragment Characters(Bytes bytes) {
    if (fold_) Fold(&bytes);
    const bool wide = (bytes & kWide).any();
    const Fragment one = One(wide ? bytes | kWide : bytes);
    if (!wide) return one;
    // An ASCII letter may also be taken for the beginning of such a run: more than there is, never less.
    const size_t loop = Add({kWide, kNone, kNone}), end = Add({});
    if (!understood_) return one;
    states_[one.end].next = end;
    states_[one.end].other = loop;
    states_[loop].next = one.end;
    return {one.begin, end};
  }
  Fragment Then(const Fragment& a, const Fragment& b) {
    if (understood_) states_[a.end].next = b.begin;
    return {a.begin, b.end};
  }
  Fragment Either(const Fragment& a, const Fragment& b) {
    const size_t end = Add({}), begin = Add({{}, a.begin, b.begin});
    if (understood_) states_[a.end].next = states_[b.end].next = end;
    return {begin, end};
  }
  Fragment Star(const Fragment& a) {
    const size_t end = Add({}), begin = Add({{}, a.begin, end});
    if (understood_) states_[a.end].next = begin;
    return {begin, end};
  }

  bool More() const { return understood_ && at_ < pattern_.size(); }
  bool Take(std::string_view what) {
    if (pattern_.substr(at_, what.size()) != what) return false;
    at_ += what.size();
    return true;
  }

  Fragment Alternatives() {
    Fragment all = Sequence();
    while (More() && Take("|")) all = Either(all, Sequence());
    return all;
  }

  Fragment Sequence() {
    Fragment all = Empty();
    while (More() && pattern_[at_] != '|' && pattern_[at_] != ')') all = Then(all, Repeated());
    return all;
  }

  Fragment Repeated() {
    const size_t from = at_;
    const Fragment first = Atom();
    int least = 1, most = 1;
    if (!More() || !Quantifier(&least, &most)) return first;
    const size_t behind = at_;
    // The atom is read again for each copy.
    Fragment all = Empty();
    for (size_t i = 0; i < std::min<size_t>(static_cast<size_t>(least), PatternStarts::kPlaces); ++i) {
      all = Then(all, Copy(from));
    }
    if (most != least) all = Then(all, Star(Copy(from)));
    at_ = behind;
    return all;
  }
  Fragment Copy(size_t from) {
    at_ = from;
    return understood_ ? Atom() : Empty();
  }

  bool Quantifier(int* least, int* most) {
    if (Take("*")) {
      *least = 0, *most = kEndless;
    } else if (Take("+")) {
      *most = kEndless;
    } else if (Take("?")) {
      *least = 0;
    } else if (pattern_[at_] == '{') {
      ++at_;
      *least = *most = Number();
      if (Take(",")) *most = pattern_.substr(at_, 1) == "}" ? kEndless : Number();
      understood_ = understood_ && Take("}");
    } else {
      return false;
    }
    (void)Take("?");  // not greedy: begins alike
    return true;
  }
  int Number() {
    int value = 0;
    const size_t from = at_;
    while (at_ < pattern_.size() && pattern_[at_] >= '0' && pattern_[at_] <= '9' && value < 10000) {
      value = value * 10 + (pattern_[at_++] - '0');
    }
    understood_ = understood_ && at_ > from;
    return value;
  }

  Fragment Atom() {
    const char c = pattern_[at_++];
    switch (c) {
      case '(':
        return Group();
      case '[':
        return Characters(Class());
      case '\\':
        return Escape();
      case '^':
      case '$':
        return Empty();
      case '.':
        return Characters(Bytes().set());
      case '*':
      case '+':
      case '?':
        understood_ = false;
        return Empty();
      default:
        // A code point of several bytes is one atom.
        while (at_ < pattern_.size() && (static_cast<unsigned char>(pattern_[at_]) & 0xC0) == 0x80) ++at_;
        return Characters(Literal(c));
    }
  }
  static Bytes Literal(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x80 ? Bytes().set(byte) : kWide;
  }

  Fragment Group() {
    if (Take("?")) {
      (void)Take("P");
      // Flags, a name, or neither; "(?i)" alone is a group of nothing.
      while (More() && pattern_[at_] != ':' && pattern_[at_] != '>' && pattern_[at_] != ')') {
        understood_ = understood_ && pattern_[at_] != '!' && pattern_[at_] != '=';
        ++at_;
      }
      if (More() && pattern_[at_] != ')') ++at_;
    }
    const Fragment inner = Alternatives();
    understood_ = understood_ && Take(")");
    return inner;
  }

  // Behind a backslash: one character's or a class's bytes; none for what stands for no character.
  Bytes EscapedBytes() {
    if (at_ >= pattern_.size()) {
      understood_ = false;
      return {};
    }
    const Bytes digit = Range('0', '9');
    const Bytes word = digit | Range('a', 'z') | Range('A', 'Z') | Bytes().set('_');
    const Bytes space = Range('\t', '\r') | Bytes().set(' ');
    const char c = pattern_[at_++];
    switch (c) {
      case 'd':
        return digit;
      case 'w':
        return word;
      case 's':
        return space;
      case 'D':
        return ~digit;
      case 'W':
        return ~word;
      case 'S':
        return ~space;
      case 'b':
      case 'B':
      case 'A':
      case 'z':
        return {};
      case 'n':
        return Bytes().set('\n');
      case 'r':
        return Bytes().set('\r');
      case 't':
        return Bytes().set('\t');
      case 'x':
        return Hex();
      default:
        if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') understood_ = false;
        if (c >= '0' && c <= '9') understood_ = false;
        return Literal(c);
    }
  }
  Bytes Hex() {
    unsigned value = 0;
    const bool braces = Take("{");
    const size_t from = at_;
    for (; at_ < pattern_.size() && (braces || at_ < from + 2); ++at_) {
      const char c = pattern_[at_], lower = static_cast<char>(c | 0x20);
      const bool digit = c >= '0' && c <= '9', letter = lower >= 'a' && lower <= 'f';
      if (!digit && !letter) break;
      value = std::min(value * 16 + static_cast<unsigned>(digit ? c - '0' : lower - 'a' + 10), 0x110000u);
    }
    understood_ = understood_ && at_ > from && (!braces || Take("}"));
    return value < 0x80 ? Bytes().set(value) : kWide;
  }
  Fragment Escape() {
    const Bytes bytes = EscapedBytes();
    return bytes.none() ? Empty() : Characters(bytes);
  }

  // Behind a '['.
  Bytes Class() {
    const bool negated = Take("^");
    Bytes all;
    for (bool first = true; More() && (first || pattern_[at_] != ']'); first = false) {
      if (pattern_.substr(at_, 2) == "[:") understood_ = false;
      const Bytes low = ClassMember();
      all |= low;
      if (pattern_.substr(at_, 1) != "-" || pattern_.substr(at_ + 1, 1) == "]") continue;
      ++at_;
      const Bytes high = ClassMember();
      all |= high;
      if (!understood_ || low.none() || high.none()) break;
      for (size_t c = First(low); c <= Last(high); ++c) all.set(c);
    }
    understood_ = understood_ && Take("]");
    return negated ? ~all | kWide : all;
  }
  Bytes ClassMember() {
    if (!More()) return {};
    const char c = pattern_[at_++];
    return c == '\\' ? EscapedBytes() : Literal(c);
  }
  static size_t First(const Bytes& bytes) {
    size_t c = 0;
    while (!bytes[c]) ++c;
    return c;
  }
  static size_t Last(const Bytes& bytes) {
    size_t c = 255;
    while (!bytes[c]) --c;
    return c;
  }

  void Close(size_t state, std::vector<bool>* set) const {
    std::vector<size_t> todo = {state};
    while (!todo.empty()) {
      const size_t s = todo.back();
      todo.pop_back();
      if (s == kNone || (*set)[s]) continue;
      (*set)[s] = true;
      if (states_[s].bytes.any()) continue;
      todo.push_back(states_[s].next);
      todo.push_back(states_[s].other);
    }
  }

  std::string_view pattern_;
  size_t at_ = 0;
  bool fold_ = false;
  bool understood_ = true;
  std::vector<State> states_;
  size_t begin_ = 0, end_ = 0;
};

}  // namespace

PatternStarts::PatternStarts(const std::vector<std::string_view>& patterns) {
  for (size_t i = 0; i < std::min(patterns.size(), kMaxPatterns); ++i) {
    const uint64_t bit = uint64_t{1} << i;
    all_ |= bit;
    const Automaton automaton(patterns[i]);
    const auto place = [&](size_t k, const Bytes& bytes, bool ended) {
      if (ended) ended_[k] |= bit;
      for (size_t c = 0; c < 256; ++c) {
        if (ended || bytes[c]) places_[k][c] |= bit;
      }
    };
    if (automaton.understood()) {
      automaton.Walk(kPlaces, place);
    } else {
      for (size_t k = 0; k < kPlaces; ++k) place(k, {}, true);
    }
  }
}

}  // namespace understudy::text
