// Names made of syllables must not spell what nobody wants to read in a demonstration.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "pseudonym/digest.h"
#include "pseudonym/key.h"
#include "pseudonym/lexicon.h"

namespace understudy::pseudonym {
namespace {

constexpr int kNames = 100'000;

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

// The first vulgar word that `name` is or holds; empty if none.
std::string VulgarIn(std::string_view name, const std::vector<Word>& words) {
  for (const Word& word : words) {
    if (word.inside ? name.find(word.text) != std::string_view::npos : name == word.text) return word.text;
  }
  return {};
}

TEST(VulgarWordsTest, TheCheckSeesThem) {
  const std::vector<Word> words = WordsOf("de");
  EXPECT_NE(VulgarIn("oberarschinger", words), "");
  EXPECT_NE(VulgarIn("dick", words), "");
  EXPECT_EQ(VulgarIn("dickens", words), "");
}

TEST(VulgarWordsTest, NoNameSpellsOne) {
  auto lexicons = Lexicons::Load(UNDERSTUDY_SOURCE_DIR "/rules/lexicon");
  ASSERT_TRUE(lexicons.ok()) << lexicons.status().message();
  const DigestKeys keys(*Key::FromHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
  const Digester digester = keys.ForKind(Kind::kName);
  std::string name;
  for (const Vulgar& list : kVulgar) {
    const Language* language = lexicons->Find(list.language);
    ASSERT_NE(language, nullptr) << list.language;
    const std::vector<Word> words = WordsOf(list.language);
    for (const Composed* composed :
         {&language->ascii_first_name, &language->ascii_surname, &language->ascii_company}) {
      std::vector<std::string> found;
      for (int i = 0; i < kNames / 3 && found.size() < 10; ++i) {
        Draw draw(digester, digester.Of(std::to_string(i)));
        name.clear();
        composed->Render(&draw, &name);
        if (const std::string word = VulgarIn(name, words); !word.empty()) found.push_back(name);
      }
      EXPECT_TRUE(found.empty()) << list.language << ": " << ::testing::PrintToString(found);
    }
  }
}

}  // namespace
}  // namespace understudy::pseudonym
