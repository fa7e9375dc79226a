// What is passed over unread must not matter: the quick search finds what the thorough one finds.

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "core/terms.h"

namespace portreeve {
namespace {

using Parts = std::vector<std::string>;

/// Texts of listed words, look-alikes, separators, digits and prose, in any case and any order.
class Texts {
 public:
  explicit Texts(Parts words) : words_(std::move(words)) {}

  std::string next() {
    std::string text;
    for (std::size_t n = 1 + random_() % 14; n > 0; --n) text += part();
    return text;
  }

 private:
  std::string part() {
    switch (random_() % 8) {
      case 0: return pick(kProse);
      case 1: return pick(kSeparators);
      case 2: return pick(kFragments);
      case 3: return disguised(pick(words_));
      case 4: return cased(pick(words_));
      case 5: return pick(words_) + pick(kSeparators);
      case 6: return " " + pick(kProse) + " ";
      default: return pick(words_);
    }
  }
  const std::string& pick(const Parts& from) { return from[random_() % from.size()]; }

  std::string cased(std::string word) {
    const std::size_t how = random_() % 3;
    for (std::size_t i = 0; i < word.size(); ++i) {
      const bool up = how == 0 || (how == 1 && i == 0) || (how == 2 && random_() % 2 == 0);
      if (up && word[i] >= 'a' && word[i] <= 'z') word[i] = static_cast<char>(word[i] - 'a' + 'A');
    }
    return word;
  }
  /// One character written as another one, or something invisible put in.
  std::string disguised(const std::string& word) {
    static const std::vector<std::pair<char, Parts>> kLike = {
        {'o', {"0", "\xD0\xBE", "\xEF\xBD\x8F"}}, {'l', {"1", "I", "\xEF\xBD\x8C"}},
        {'i', {"1", "l", "\xD1\x96"}},            {'e', {"\xD0\xB5", "\xCE\xB5", "e\xCC\x81"}},
        {'a', {"\xD0\xB0", "\xEF\xBD\x81"}},      {'m', {"rn", "m\xC2\xAD"}},
        {'s', {"\xEF\xBD\x93", "5"}},             {'.', {"\xE3\x80\x82", "\xEF\xBC\x8E", "."}},
        {'n', {"n\xE2\x80\x8B", "\xEF\xBD\x8E"}}, {'t', {"\xEF\xBD\x94", "7"}}};
    std::string out;
    for (const char c : word) {
      const Parts* like = nullptr;
      for (const auto& [letter, parts] : kLike) like = letter == c ? &parts : like;
      out += like != nullptr && random_() % 3 == 0 ? pick(*like) : std::string(1, c);
    }
    return out;
  }

  static inline const Parts kProse = {
      "how many replicas of this part run in each region", "the", "of it", "is", "attentive", "store",
      "meaning", "a", "tenement", "closed", "overlong" + std::string(70, 'x'), "scopes"};
  static inline const Parts kSeparators = {" ", "-", "_", ".", "/", ", ", "\n", "://", "@", "\xC2\xA0",
                                           "\xE2\x80\x94", "", "'", "}}", "{{"};
  static inline const Parts kFragments = {"s", "S", "0", "1", "2", "Id", "HTTP", "x", "42", "v1", "\xC3\xA9",
                                          "\xE2\x80\x8B", "\xFF", "e\xCC\x81", "rn", "www", "Go"};
  Parts words_;
  std::mt19937 random_{20261123};
};

bool same(const std::vector<TermMatch>& a, const std::vector<TermMatch>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const TermMatch& x, const TermMatch& y) {
    return x.begin == y.begin && x.end == y.end && x.term == y.term && x.disguised == y.disguised;
  });
}

TEST(PassedOver, NoTermIsLost) {
  const TermList list =
      std::move(TermList::build({{"tenant", "", {"stalwart-tenant", "tenantId"}, true},
                                 {"client", "", {"OIDC client", "client-go"}, true},
                                 {"nova cloud", "", {}, true},
                                 {"Lifecycle Manager", "", {}, true},
                                 {"out of scope", "", {}, false},
                                 {"sme", "", {}, true},
                                 {"modem", "", {}, true},
                                 {"k3s", "", {"k3s agent"}, true},
                                 {"ol1o", "", {}, true}}))
          .value();
  Texts texts({"tenant", "tenants", "stalwart-tenant", "tenantId", "client", "OIDC client", "client-go",
               "nova cloud", "novaCloud", "lifecycle manager", "LifecycleManager", "out of scope", "sme", "SMEs",
               "modem", "k3s", "k3s agent", "ol1o", "backoffice", "nova", "out"});
  std::size_t found = 0;
  for (int i = 0; i < 25'000; ++i) {
    const std::string text = texts.next();
    const std::vector<TermMatch> all = list.find_thoroughly(text, 100);
    ASSERT_TRUE(same(list.find(text, 100), all)) << text;
    ASSERT_TRUE(all.empty() || list.may_occur_in(text)) << text;
    found += all.size();
  }
  EXPECT_GT(found, 8'000U);  // Else the texts are no test.
}

TEST(PassedOver, NoHostIsLost) {
  const HostList list = std::move(HostList::build({{"openova.io", "", {"harbor.openova.io"}, {}},
                                                   {"omani.works", "", {}, {}},
                                                   {"admin.{{.SovereignFQDN}}", "", {}, {}},
                                                   {"admin.*.omani.cloud", "", {}, {}}}))
                            .value();
  Texts texts({"openova.io", "x.openova.io", "harbor.openova.io", "notopenova.io", "https://console.openova.io/a",
               "omani.works", "t01.omani.works.", "admin.{{.SovereignFQDN}}", "admin.{{ .sovereignFQDN }}",
               "admin.t01.omani.cloud", "a@openova.io", "apps.openova.io/v1", "example.org", "harbour.svg"});
  std::size_t found = 0;
  for (int i = 0; i < 25'000; ++i) {
    const std::string text = texts.next();
    const std::vector<TermMatch> all = list.find_in_text_thoroughly(text, 100);
    ASSERT_TRUE(same(list.find_in_text(text, 100), all)) << text;
    ASSERT_TRUE(all.empty() || list.may_occur_in(text)) << text;
    found += all.size();
  }
  EXPECT_GT(found, 4'000U);
  // Once passed over: no letter of "io", but "l0" looks like "IO".
  const std::vector<TermMatch> disguised = list.find_in_text("see console.openova.l0 there");
  ASSERT_EQ(disguised.size(), 1U);
  EXPECT_TRUE(disguised[0].disguised);
}

}  // namespace
}  // namespace portreeve
