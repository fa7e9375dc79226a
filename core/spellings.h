#pragma once

// How a token may be read: a number beside a word does not make another word of it. Internal to core/.

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/fold.h"
#include "core/words.h"

namespace portreeve {

/// A part of a token, and its forms. Offsets are bytes of the text.
struct Spelling {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  fold::Forms forms;
};

/// The token as it stands, then without the digits before and after its letters: "tenant2" is read
/// as "tenant" too. A digit next to the letters may stand for one of them ("0perator2"), so up to two
/// of them are also kept on either side. At most 10 spellings; `out` is overwritten.
void read_spellings(std::string_view text, const Token& token, std::vector<Spelling>& out);

}  // namespace portreeve
