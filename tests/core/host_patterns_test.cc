// Forbidden hosts with wildcards and placeholders, and what in prose is no host before a slash.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/terms.h"
#include "tests/core/host_marks.h"

namespace portreeve {
namespace {

TEST(HostPatterns, GroupsBeforeASlash) {
  auto built = HostList::build({{"openova.io", "", {}, {"openova.io", "catalyst.openova.io"}}});
  ASSERT_TRUE(built.ok()) << built.error().message;
  const HostList list = std::move(built).value();
  const Row rows[] = {
      {"the API at pdns.openova.io/api", "the API at [pdns.openova.io]/api"},
      {"pdns.openova.io/", "[pdns.openova.io]/"},
      {"pdns.openova.io/v1x", "[pdns.openova.io]/v1x"},
      {"pdns.openova.io/v1alphabet", "[pdns.openova.io]/v1alphabet"},
      {"pdns.openova.io/vault", "[pdns.openova.io]/vault"},
      {"pdns.openova.io\\api", "[pdns.openova.io]\\api"},
      {"openova.io/env-type: prod", ""},
      {"'Catalyst.openova.io/section'", ""},
      {"compose.openova.io/v1alpha1 XRDs", ""},
      {"compose.openova.io/v1", ""},
      {"compose.openova.io/v12beta3.", ""},
      {"catalyst.openova.io is reserved", "[catalyst.openova.io] is reserved"},
      {"https://catalyst.openova.io/x", "https://[catalyst.openova.io]/x"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(marked(row.text, list.find_in_text(row.text)),
              row.want.empty() ? row.text : row.want);
  }
  EXPECT_EQ(list.find_in_host_field("catalyst.openova.io/v1").size(), 1U);
}

HostList dead_consoles() {
  auto list = HostList::build({{"admin.*.omani.works", "", {"admin.docs.omani.works"}},
                               {"admin.{{.SovereignFQDN}}", "", {}},
                               {"admin.${SOVEREIGN_FQDN}", "", {}}});
  EXPECT_TRUE(list.ok()) << (list.ok() ? "" : list.error().message);
  return std::move(list).value();
}

TEST(HostPatterns, AnyLabel) {
  const HostList list = dead_consoles();
  const Row rows[] = {
      {"admin.t01.omani.works", "[admin.t01.omani.works]"},
      {"ADMIN.T01.Omani.Works.", "[ADMIN.T01.Omani.Works]."},
      {"https://me:secret@admin.hw003.omani.works:8443/bss?x#y",
       "https://me:secret@[admin.hw003.omani.works]:8443/bss?x#y"},
      {"{{.AppName}}.admin.t01.omani.works", "{{.AppName}}.[admin.t01.omani.works]"},
      {"eu.admin.t01.omani.works", "[eu.admin.t01.omani.works]"},
      {"*.admin.t01.omani.works", "*.[admin.t01.omani.works]"},
      {"\xD0\xB0" "dmin.t01.omani.works", "<\xD0\xB0" "dmin.t01.omani.works>"},
      {"admin.\xD0\xB0.omani.works", "[admin.\xD0\xB0.omani.works]"},
      {"admin.docs.omani.works", ""},
      {"admin.omani.works", ""},
      {"admin.a.b.omani.works", ""},
      {"console.t01.omani.works", ""},
      {"myadmin.t01.omani.works", ""},
      {"admin.t01.omani.works.example", ""},
      {"t01.omani.works", ""},
  };
  for (const Row& row : rows) {
    const std::string want = row.want.empty() ? row.text : row.want;
    EXPECT_EQ(marked(row.text, list.find_in_host_field(row.text)), want);
    EXPECT_EQ(marked("x " + row.text, list.find_in_text("x " + row.text)), "x " + want);
  }
}

TEST(HostPatterns, Placeholders) {
  const HostList list = dead_consoles();
  const Row rows[] = {
      {"admin.{{.SovereignFQDN}}", "[admin.{{.SovereignFQDN}}]"},
      {"Admin.{{- .sovereignFqdn | lower -}}:443", "[Admin.{{- .sovereignFqdn | lower -}}]:443"},
      {"https://me@admin.{{ .SovereignFQDN }}/bss", "https://me@[admin.{{ .SovereignFQDN }}]/bss"},
      {"{{.AppName}}.admin.{{.SovereignFQDN}}", "{{.AppName}}.[admin.{{.SovereignFQDN}}]"},
      {"eu.admin.{{.SovereignFQDN}}", "[eu.admin.{{.SovereignFQDN}}]"},
      {"admin.${SOVEREIGN_FQDN}", "[admin.${SOVEREIGN_FQDN}]"},
      {"admin.${SOVEREIGN_FQDN:-t01.example}", "[admin.${SOVEREIGN_FQDN:-t01.example}]"},
      {"\xD0\xB0" "dmin.{{.SovereignFQDN}}", "<\xD0\xB0" "dmin.{{.SovereignFQDN}}>"},
      {"admin.{{.SovereignFQDN", "[admin.{{.SovereignFQDN]"},
      {"admin.{{.Sovereign}}", ""},
      {"admin.{{.SovereignFQDN2}}", ""},
      {"admin{{.SovereignFQDN}}", ""},
      {"console.{{.SovereignFQDN}}", ""},
      {"admin.{.SovereignFQDN}", ""},
      {"admin.$SOVEREIGN_FQDN", ""},
      {"admin. {{.SovereignFQDN}}", ""},
      {"admin.", ""},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(marked(row.text, list.find_in_host_field(row.text)),
              row.want.empty() ? row.text : row.want);
  }
  EXPECT_EQ(list.find_in_text("at admin.{{.SovereignFQDN}}, or").size(), 1U);
  EXPECT_EQ(list.find_in_text("at https://admin.{{.SovereignFQDN}}/x").size(), 1U);
}

}  // namespace
}  // namespace portreeve
