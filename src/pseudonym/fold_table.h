// Case folding and decomposition of letters, as data.
//
// DESIGN: one entry per code point whose NFKD decomposition of the full case folding differs from itself
// (Unicode 14 character data, UnicodeData.txt and CaseFolding.txt), for U+0080–U+1FFF, the Latin ligatures
// U+FB00–FB06 and the full-width forms U+FF01–FF5E. "É", "é" and "e + U+0301" meet; so do "ß" and "ss".
// Hangul is left composed. Sorted by code point. Threads: constant.
#ifndef UNDERSTUDY_PSEUDONYM_FOLD_TABLE_H_
#define UNDERSTUDY_PSEUDONYM_FOLD_TABLE_H_

#include <cstddef>
#include <cstdint>

namespace understudy::pseudonym {

struct FoldEntry {
  uint16_t code_point;
  uint16_t folded[3];  // 0 ends
};

extern const FoldEntry kFoldTable[];
extern const size_t kFoldTableSize;

}  // namespace understudy::pseudonym

#endif  // UNDERSTUDY_PSEUDONYM_FOLD_TABLE_H_
