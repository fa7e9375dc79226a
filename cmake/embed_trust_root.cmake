# Writes the trust root as a byte array: no quoting that its text could break out of.
file(READ "${FILE}" hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
file(WRITE "${OUT}" "// Generated from verifiers/trust_root/production.json.
#include \"verifiers/trust_root.h\"

namespace portreeve::verifiers {
namespace {
constexpr unsigned char kBytes[] = {
${bytes}0x00};
}  // namespace

std::string_view TrustRoot::embedded_json() noexcept {
  return {reinterpret_cast<const char*>(kBytes), sizeof kBytes - 1};
}

}  // namespace portreeve::verifiers
")
