// Names made of syllables must not spell what nobody wants to read in a demonstration.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "pseudonym/lexicon.h"

namespace understudy::pseudonym {
namespace {

struct Vulgar {
  const char* language;
  const char* words;  // every letter moved by 13; a star: forbidden inside a longer word, too
};
// clang-format off
constexpr Vulgar kVulgar[] = {
    {"en",
     "shpx* phag* fuvg ovgpu* juber* fyhg jnaxre* nefrubyr* nffubyr* onfgneq* qvpx pbpx "
     "chffl avttre* snttbg* gjng cvff gvgf gheq* encr encvfg* phz wvmm* nahf cravf intvan"},
    {"de",
     "svpx svpxre* svpxra* sbgmr* fpurvff* fpurvffr* nefpu* uher uherafbua* jvpufre* "
     "fpujhpugry* ahggr* fpuynzcr* xnpxr* cvffr* gvggra* artre* zvfftroheg* fcnfg "
     "qerpxfnh* zhfpuv* fpujnam"},
    {"fr",
     "chgnva* fnybcr* zreqr* pbaaneq* pbaanffr* raphyr* ovgr pbhvyyr* avdhr punggr* chgr "
     "obeqry* rasbver* crqr ongneq* phy arter* sbhger* puvre* oenayrhe*"},
    {"es",
     "chgn chgb zvreqn* wbqre* pnoeba* tvyvcbyy* pbab cbyyn* znevpba* mbeen* craqrwb* "
     "puvatn* iretn* phyb sbyyne* pbwbarf* uvwbchgn* znzba"},
    {"it",
     "pnmmb* fgebamb* fgebamn* zreqn* chggnan* gebvn inssnaphyb* svtn zvapuvn* pbtyvbar* "
     "onfgneqb* sebpvb* phyb mbppbyn* zvtabggn* arteb fpbcner* cbzcvab*"},
    {"nl",
     "xhg xybbgmnx* ubre yhy arhxra* xnaxre* grevat* glshf* tbqireqbzzr* syvxxre* zbatbby* "
     "cvx fyrg rvxry* gehg zvrgwr* errg artre*"},
    {"pl",
     "xhejn* puhw uhw cvmqn* pvcn wronp* wronal* cvreqby* fxhejlfla* qhcn fhxn tbjab* "
     "crqny pjry xhgnf* fmzngn* qmvjxn*"},
    {"pt",
     "chgn pnenyub* sbqn sbqre* zreqn* cbeen ohprgn* pban pnoenb* ivnqb* ovpun ph cvebpn* "
     "cnaryrveb* chaurgn* ebyn chgb pnprgr*"},
};
// clang-format on

struct Word {
  std::string text;
  bool inside;
};

std::vector<Word> WordsOf(std::string_view language) {
  std::vector<Word> words;
  for (const Vulgar& list : kVulgar) {
    // What is vulgar in English is understood everywhere.
    if (language != list.language && std::string_view(list.language) != "en") continue;
    for (std::string_view word : Split(list.words, ' ')) {
      const bool inside = word.back() == '*';
      if (inside) word.remove_suffix(1);
      std::string text;
      for (const char c : word) text.push_back(static_cast<char>('a' + (c - 'a' + 13) % 26));
      words.push_back({text, inside});
    }
  }
  return words;
}

// Aho and Corasick's automaton over the words that may stand nowhere, and the set of those that may not be
// the whole name: a name is searched letter by letter, so every name that a lexicon can make is.
class Search {
 public:
  explicit Search(const std::vector<Word>& words) : nodes_(1) {
    for (const Word& word : words) {
      if (!word.inside) {
        whole_.insert(word.text);
        continue;
      }
      size_t at = 0;
      for (const char c : word.text) {
        size_t& next = nodes_[at].next[Index(c)];
        if (next == 0) {
          next = nodes_.size();
          at = next;
          nodes_.emplace_back();  // `next` is no more
        } else {
          at = next;
        }
      }
      nodes_[at].bad = true;
    }
    Link();
  }

  size_t Next(size_t state, std::string_view letters) const {
    for (const char c : letters) {
      if (nodes_[state].bad) return state;  // it stays bad
      state = nodes_[state].next[Index(c)];
    }
    return state;
  }
  bool Bad(size_t state, const std::string& name) const { return nodes_[state].bad || whole_.contains(name); }

 private:
  struct Node {
    std::array<size_t, 26> next{};
    size_t back = 0;
    bool bad = false;
  };
  static size_t Index(char c) { return static_cast<size_t>(c - 'a'); }

  void Link() {
    std::vector<size_t> order;
    for (const size_t child : nodes_[0].next) {
      if (child != 0) order.push_back(child);
    }
    for (size_t i = 0; i < order.size(); ++i) {
      const size_t at = order[i];
      const size_t back = nodes_[at].back;
      nodes_[at].bad = nodes_[at].bad || nodes_[back].bad;
      for (size_t c = 0; c < 26; ++c) {
        size_t& child = nodes_[at].next[c];
        if (child == 0) {
          child = nodes_[back].next[c];
        } else {
          nodes_[child].back = nodes_[back].next[c];
          order.push_back(child);
        }
      }
    }
  }

  std::vector<Node> nodes_;
  std::set<std::string, std::less<>> whole_;
};

// Every name that `lists` can make, and those of them that are bad.
void Try(const Search& search, const std::vector<std::vector<std::string>>& lists, size_t depth, size_t state,
         std::string* name, size_t* tried, std::vector<std::string>* found) {
  if (depth == lists.size()) {
    ++*tried;
    if (search.Bad(state, *name)) found->push_back(*name);
    return;
  }
  const size_t size = name->size();
  for (const std::string& word : lists[depth]) {
    name->append(word);
    Try(search, lists, depth + 1, search.Next(state, word), name, tried, found);
    name->resize(size);
  }
}

TEST(VulgarWordsTest, TheSearchSeesThem) {
  const Search search(WordsOf("de"));
  const auto bad = [&](const std::string& name) { return search.Bad(search.Next(0, name), name); };
  EXPECT_TRUE(bad("oberarschinger"));
  EXPECT_TRUE(bad("arsch"));
  EXPECT_TRUE(bad("xarsch"));
  EXPECT_TRUE(bad("dick"));
  EXPECT_FALSE(bad("dickens"));
  EXPECT_FALSE(bad("arsc"));
}

TEST(VulgarWordsTest, NoNameSpellsOne) {
  auto lexicons = Lexicons::Load(UNDERSTUDY_SOURCE_DIR "/rules/lexicon");
  ASSERT_TRUE(lexicons.ok()) << lexicons.status().message();
  size_t tried = 0;
  for (const Vulgar& list : kVulgar) {
    const Language* language = lexicons->Find(list.language);
    ASSERT_NE(language, nullptr) << list.language;
    const Search search(WordsOf(list.language));
    for (const Composed* composed :
         {&language->ascii_first_name, &language->ascii_surname, &language->ascii_company}) {
      std::vector<std::string> found;
      std::string name;
      Try(search, composed->lists(), 0, 0, &name, &tried, &found);
      const size_t count = found.size();
      if (found.size() > 20) found.resize(20);
      EXPECT_EQ(count, 0u) << list.language << ": " << ::testing::PrintToString(found);
    }
  }
  EXPECT_GT(tried, 15'000'000u) << "every name of eight languages";
}

}  // namespace
}  // namespace understudy::pseudonym
