#include "verifiers/checkpoint.h"

#include <algorithm>
#include <array>

#include "core/base64.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "verifiers/proto_json.h"

namespace portreeve::verifiers {
namespace {

constexpr std::string_view kDash = "\u2014 ";
constexpr std::size_t kKeyIdBytes = 4;

Rejection malformed(std::string_view message) {
  return {Reason::checkpoint_malformed, "checkpoint: " + std::string(message)};
}

// The next line, without its newline; `rest` goes on behind it. REQUIRES: rest ends with a newline.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

Checked<NoteSignature> read_signature(std::string_view line) {
  if (line.substr(0, kDash.size()) != kDash) {
    return malformed("a signature line does not begin with an em dash: " + quoted(line));
  }
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  if (space == 0 || space == std::string_view::npos || line.find(' ', space + 1) != line.npos) {
    return malformed("a signature line is not \"name base64\": " + quoted(line));
  }
  const std::string_view name = line.substr(0, space);
  if (name.find('+') != std::string_view::npos) {
    return malformed("the name of a signature holds a plus sign: " + quoted(name));
  }
  PORTREEVE_TRY(const std::string bytes,
                step(Reason::checkpoint_malformed, "checkpoint: signature of " + quoted(name),
                     from_base64(line.substr(space + 1), Base64::standard)));
  if (bytes.size() <= kKeyIdBytes) return malformed("a signature is too short");
  return NoteSignature{std::string(name), bytes.substr(0, kKeyIdBytes), bytes.substr(kKeyIdBytes)};
}

Passed read_signatures(std::string_view lines, Checkpoint& out) {
  const auto count = std::count(lines.begin(), lines.end(), '\n');
  if (count == 0) return malformed("no signature lines");
  if (count > static_cast<std::ptrdiff_t>(limits::kCheckpointSignatures)) {
    return Rejection{Reason::too_large, "checkpoint: " + std::to_string(count) +
                                            " signature lines, limit is " +
                                            std::to_string(limits::kCheckpointSignatures)};
  }
  while (!lines.empty()) {
    PORTREEVE_TRY(NoteSignature signature, read_signature(take_line(lines)));
    out.signatures.push_back(std::move(signature));
  }
  return Done{};
}

Passed read_body(std::string_view body, Checkpoint& out) {
  out.origin = take_line(body);
  const std::string_view size = take_line(body);
  const std::string_view root = take_line(body);
  if (out.origin.empty() || size.empty() || root.empty()) {
    return malformed("expected origin, size and root on lines of their own");
  }
  PORTREEVE_TRY(out.size, step(Reason::checkpoint_malformed, "checkpoint: size", parse_count(size)));
  PORTREEVE_TRY(const std::string hash,
                step(Reason::checkpoint_malformed, "checkpoint: root",
                     from_base64(root, Base64::standard)));
  if (hash.size() != out.root.size()) return malformed("the root is not 32 bytes");
  std::copy(hash.begin(), hash.end(), out.root.begin());
  return Done{};
}

Passed check_characters(std::string_view note) {
  if (utf8::first_invalid(note) != utf8::kValid) return malformed("not UTF-8");
  const bool control = std::any_of(note.begin(), note.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n') || byte == 0x7F;
  });
  if (control) return malformed("holds control characters");
  return Done{};
}

// "https://log2025-1.rekor.sigstore.dev/" → "log2025-1.rekor.sigstore.dev"
std::string_view host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  while (!url.empty() && url.back() == '/') url.remove_suffix(1);
  return url;
}

std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  return colon == std::string_view::npos || host.back() == ']' ? host : host.substr(0, colon);
}

std::string first_bytes(const crypto::Sha256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), kKeyIdBytes};
}

}  // namespace

Checked<Checkpoint> Checkpoint::parse(std::string_view note) {
  if (note.size() > limits::kCheckpointBytes) {
    return Rejection{Reason::too_large, "checkpoint: " + std::to_string(note.size()) +
                                            " bytes, limit is " +
                                            std::to_string(limits::kCheckpointBytes)};
  }
  PORTREEVE_CHECK(check_characters(note));
  const std::size_t blank = note.rfind("\n\n");
  if (blank == std::string_view::npos || note.back() != '\n') {
    return malformed("expected text, a blank line and signature lines, each ended by a newline");
  }
  Checkpoint out;
  out.text = note.substr(0, blank + 1);
  PORTREEVE_CHECK(read_body(out.text, out));
  PORTREEVE_CHECK(read_signatures(note.substr(blank + 2), out));
  return out;
}

std::string note_key_id(std::string_view name, const crypto::PublicKey& key) {
  const std::string prefix = std::string(name) + "\n";
  switch (key.kind()) {
    case crypto::KeyKind::ed25519:
      return first_bytes(crypto::sha256(prefix + '\x01' + std::string(key.ed25519_bytes())));
    case crypto::KeyKind::rsa:
      return first_bytes(crypto::sha256(prefix + '\xFF' + "PKIX-RSA-PKCS#1v1.5" + key.spki()));
    case crypto::KeyKind::ecdsa_p256:
    case crypto::KeyKind::ecdsa_p384:
    case crypto::KeyKind::ecdsa_p521:
      return first_bytes(key.spki_sha256());
  }
  return {};
}

bool log_named(std::string_view name, const TransparencyLog& log) {
  const std::string_view host = host_of(log.base_url);
  if (!name.empty() && (name == host || name == without_port(host))) return true;
  if (log.key.kind() != crypto::KeyKind::ed25519) return false;
  const crypto::Sha256 id =
      crypto::sha256(std::string(name) + "\n\x01" + std::string(log.key.ed25519_bytes()));
  return log.log_id == std::string_view(reinterpret_cast<const char*>(id.data()), id.size());
}

Passed verify_checkpoint(const Checkpoint& checkpoint, const TransparencyLog& log,
                         LogNaming naming) {
  const bool named = naming == LogNaming::of_the_log;
  if (named && !log_named(checkpoint.origin, log)) {
    return Rejection{Reason::checkpoint_origin, "checkpoint: expected the origin of " +
                                                    quoted(log.base_url) + ", found " +
                                                    quoted(checkpoint.origin)};
  }
  std::size_t verified = 0;
  for (const NoteSignature& line : checkpoint.signatures) {
    if (named && line.name != checkpoint.origin) continue;
    const bool known = line.key_id == note_key_id(line.name, log.key) ||
                       (!log.checkpoint_key_id.empty() && line.key_id == log.checkpoint_key_id);
    if (!known) continue;
    const Outcome holds = log.key.verify(log.scheme, checkpoint.text, line.signature);
    if (!holds.ok()) {
      return rejection(Reason::checkpoint_signature, "checkpoint: signature of " + quoted(line.name),
                       holds.error());
    }
    ++verified;
  }
  if (verified == 0) {
    return Rejection{Reason::checkpoint_unsigned,
                     "checkpoint: none of " + std::to_string(checkpoint.signatures.size()) +
                         " signature lines is by the log " + quoted(log.base_url)};
  }
  return Done{};
}

}  // namespace portreeve::verifiers
