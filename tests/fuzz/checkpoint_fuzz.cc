#include "verifiers/checkpoint.h"

#include "core/base64.h"
#include "tests/fuzz/fuzz.h"

// What is read as a checkpoint is what stands there: written again from its parts, it is the same
// text, and the signed text is its beginning.
PORTREEVE_FUZZ_TARGET(checkpoint) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  using namespace portreeve::verifiers;
  const Checked<Checkpoint> read = Checkpoint::parse(text);
  if (!read.ok()) {
    check(!read.error().message.empty(), "a rejection without a message", text);
    return;
  }
  const Checkpoint& checkpoint = read.value();
  check(text.substr(0, checkpoint.text.size()) == checkpoint.text, "the signed text is another", text);
  check(checkpoint.text.back() == '\n', "the final newline is signed", text);
  check(checkpoint.text.rfind(checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n", 0) == 0,
        "origin and size", text);
  std::string note = checkpoint.text + "\n";
  for (const NoteSignature& line : checkpoint.signatures) {
    note += "\u2014 " + line.name + " " + to_base64(line.key_id + line.signature) + "\n";
  }
  // Carriage returns are control characters, so base64 has one spelling here.
  check(note == text, "written again it differs", note);
}
