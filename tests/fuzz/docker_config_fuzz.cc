#include "oci/credential_helper.h"
#include "oci/credentials.h"
#include "tests/fuzz/fuzz.h"

// What comes out of a credential file fits into a header field; a host gets nothing that was not
// written for it; a refusal does not quote the file.
PORTREEVE_FUZZ_TARGET(docker_config) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  using namespace portreeve::oci;
  const auto clean = [](const std::string& value) {
    return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
  };
  (void)parse_helper_answer(text, "x");
  const auto file = CredentialFile::parse(text, "config.json");
  if (!file.ok()) {
    // Names of hosts are quoted, cut; that values are not is credentials_test's business.
    check(file.error().message.size() < 1024, "a message that quotes the file", file.error().message);
    return;
  }
  for (const std::string_view host : {"ghcr.io", "localhost:5000", "a.example.com", "docker.io"}) {
    const auto broad = file.value().lookup(host, "team/x");
    for (const Credential& credential : broad) {
      check(clean(credential.username) && clean(credential.password.reveal()) &&
                clean(credential.identity_token.reveal()) && clean(credential.registry_token.reveal()),
            "a line end in a credential", "");
      check(!credential.id.empty(), "a credential without identity", "");
    }
    const std::string helper = file.value().helper(host);
    check(helper.empty() || valid_helper(helper), "a program outside its name", helper);
  }
  check(file.value().lookup("nobody.invalid:1", "x").size() <= text.size(), "too many", "");
}
