#include "oci/challenge.h"

#include "net/url.h"
#include "oci/redirect.h"
#include "tests/fuzz/fuzz.h"

// A challenge prints as a field that reads as the same challenge; a URL as a text that reads as the
// same URL; a redirect never leaves https, nor goes where the registry itself is not.
PORTREEVE_FUZZ_TARGET(challenge) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  using namespace portreeve::oci;
  const auto challenges = parse_challenges(text);
  if (challenges.ok()) {
    std::string form;
    for (const Challenge& challenge : challenges.value()) {
      form += (form.empty() ? "" : ", ") + challenge.scheme;
      for (std::size_t i = 0; i < challenge.parameters.size(); ++i) {
        form += (i == 0 ? " " : ", ") + challenge.parameters[i].first + "=\"";
        for (const char c : challenge.parameters[i].second) {
          if (c == '"' || c == '\\') form += '\\';
          form += c;
        }
        form += '"';
      }
    }
    const auto again = parse_challenges(form);
    if (form.size() <= 8192) {
      check(again.ok(), "the printed form is refused", form);
      check(again.value().size() == challenges.value().size(), "another number of challenges", form);
      for (std::size_t i = 0; i < again.value().size(); ++i) {
        check(again.value()[i].parameters == challenges.value()[i].parameters, "parameters differ", form);
      }
    }
  }
  const auto url = net::Url::parse(text);
  if (url.ok()) {
    const auto again = net::Url::parse(url.value().text());
    check(again.ok() && again.value().text() == url.value().text(), "the URL's text is not stable", text);
  }
  const net::Url from = net::Url::parse("https://registry.example/v2/a/blobs/x").value();
  const auto target = redirect_target(from, net::AddressClass::global, text);
  if (target.ok()) {
    check(target.value().url.scheme == "https", "leaves https", text);
    check(target.value().reach == net::AddressClass::global, "reaches too far", text);
    check(target.value().url.text().find_first_of("\r\n \t") == std::string::npos, "white space in a URL", text);
  }
  const auto page = next_page(from, text);
  check(!page.ok() || page.value().empty() || page.value()[0] == '/', "the next page is no path", text);
}
