#include "crypto/pem.h"

#include "core/base64.h"

namespace portreeve::crypto {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::string_view kBlank = " \t\r\n";
constexpr std::size_t kLabelBytes = 64;

Error bad(std::string_view what) { return {Errc::malformed, "PEM: " + std::string(what)}; }

/// A block and how many bytes of the text it took.
struct Taken {
  PemBlock block;
  std::size_t size;
};

// REQUIRES: text begins with kBegin.
Result<Taken> take_block(std::string_view text) {
  const std::size_t label_end = text.find(kDashes, kBegin.size());
  if (label_end == std::string_view::npos || label_end - kBegin.size() > kLabelBytes) {
    return bad("BEGIN line is cut short");
  }
  const std::string_view label = text.substr(kBegin.size(), label_end - kBegin.size());
  const std::size_t body = label_end + kDashes.size();
  if (label.find_first_of("\r\n") != std::string_view::npos ||
      text.substr(body, 1).find_first_of("\r\n") == std::string_view::npos) {
    return bad("BEGIN line does not stand alone");
  }
  const std::size_t end = text.find('-', body);  // Base64 has none.
  const std::string closing = std::string(kEnd) + std::string(label) + std::string(kDashes);
  if (end == std::string_view::npos || text.substr(end, closing.size()) != closing) {
    return bad("block \"" + std::string(label) + "\" has no END line of its own");
  }
  Result<std::string> bytes = from_base64(text.substr(body, end - body), Base64::standard);
  if (!bytes.ok()) return with_context(std::move(bytes).error(), "PEM block " + std::string(label));
  return Taken{{std::string(label), std::move(bytes).value()}, end + closing.size()};
}

}  // namespace

Result<PemBlock> parse_pem(std::string_view pem) {
  const std::size_t start = pem.find_first_not_of(kBlank);
  if (start == std::string_view::npos || pem.substr(start, kBegin.size()) != kBegin) {
    return bad("expected a line that begins \"-----BEGIN \"");
  }
  pem.remove_prefix(start);
  PORTREEVE_TRY(Taken taken, take_block(pem));
  if (pem.find_first_not_of(kBlank, taken.size) != std::string_view::npos) {
    return bad("something stands behind the block; expected exactly one block");
  }
  return std::move(taken.block);
}

Result<std::vector<PemBlock>> parse_pem_list(std::string_view pem, std::size_t most) {
  std::vector<PemBlock> blocks;
  while (true) {
    const std::size_t start = pem.find(kBegin);
    if (start == std::string_view::npos) break;
    if (blocks.size() == most) {
      return Error{Errc::limit, "PEM: more than " + std::to_string(most) + " blocks"};
    }
    pem.remove_prefix(start);
    PORTREEVE_TRY(Taken taken, take_block(pem));
    pem.remove_prefix(taken.size);
    blocks.push_back(std::move(taken.block));
  }
  if (blocks.empty()) return bad("no block");
  if (pem.find(kEnd) != std::string_view::npos) return bad("an END line without its BEGIN line");
  return blocks;
}

}  // namespace portreeve::crypto
