#include "core/reference.h"

#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <vector>

namespace portreeve {
namespace {

const std::string kDigest =
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// '@D' in a row stands for '@' and kDigest, 'x<3>' for 'xxx', 'AB<3>' for 'ab/ab/ab'.
std::string full(std::string text) {
  static const std::regex kRepeat("(AB|[a-z])<([0-9]+)>");
  std::smatch found;
  while (std::regex_search(text, found, kRepeat)) {
    const bool components = found[1] == "AB";
    std::string run;
    for (int i = std::stoi(found[2]); i > 0; --i) run += components ? "ab/" : found[1].str();
    if (components) run.pop_back();
    text = found.prefix().str() + run + found.suffix().str();
  }
  for (std::size_t at = 0; (at = text.find("@D", at)) != std::string::npos; at += kDigest.size()) {
    text.replace(at + 1, 1, kDigest);
  }
  return text;
}

std::string read(const std::string& text, ShortNames short_names) {
  const auto reference = Reference::parse(text, short_names);
  return reference.ok() ? reference.value().text() : reference.error().message;
}

struct Case {
  const char* text;
  const char* want;
};

const std::vector<Case> kGood = {
    {"ghcr.io/team/app", "ghcr.io/team/app"},
    {"ghcr.io/team/app:1.0", "ghcr.io/team/app:1.0"},
    {"ghcr.io/team/app@D", "ghcr.io/team/app@D"},
    {"ghcr.io/team/app:1.0@D", "ghcr.io/team/app:1.0@D"},
    {"GHCR.IO/team/app:v1", "ghcr.io/team/app:v1"},
    {"Ghcr.Io:5000/x", "ghcr.io:5000/x"},
    {"LOCALHOST/x", "localhost/x"},
    {"localhost/x", "localhost/x"},
    {"localhost:5000/x", "localhost:5000/x"},
    {"localhost:5000/x:y@D", "localhost:5000/x:y@D"},
    {"REGISTRY/x", "registry/x"},
    {"registry.example/a", "registry.example/a"},
    {"registry.example/a/b/c/d/e", "registry.example/a/b/c/d/e"},
    {"registry.example:1/a", "registry.example:1/a"},
    {"registry.example:65535/a", "registry.example:65535/a"},
    {"registry.example:443/a", "registry.example:443/a"},
    {"registry.example:80/a", "registry.example:80/a"},
    {"registry:5000/a", "registry:5000/a"},
    {"r1.example/a", "r1.example/a"},
    {"1.example/a", "1.example/a"},
    {"a-b.example/a", "a-b.example/a"},
    {"a--b.example/a", "a--b.example/a"},
    {"xn--bcher-kva.example/a", "xn--bcher-kva.example/a"},
    {"example.c0m/a", "example.c0m/a"},
    {"a.b.c.d.e.f.g/x", "a.b.c.d.e.f.g/x"},
    {"10.0.0.1/a", "10.0.0.1/a"},
    {"10.0.0.1:5000/a", "10.0.0.1:5000/a"},
    {"127.0.0.1/a", "127.0.0.1/a"},
    {"255.255.255.255/a", "255.255.255.255/a"},
    {"0.0.0.0/a", "0.0.0.0/a"},
    {"169.254.169.254/latest/meta-data", "169.254.169.254/latest/meta-data"},
    {"[::1]/a", "[::1]/a"},
    {"[::1]:5000/a", "[::1]:5000/a"},
    {"[::1]:5000/a:t@D", "[::1]:5000/a:t@D"},
    {"[2001:DB8::1]/a", "[2001:db8::1]/a"},
    {"[2001:0db8:0000:0000:0000:0000:0000:0001]/a", "[2001:db8::1]/a"},
    {"[::ffff:127.0.0.1]/a", "[::ffff:127.0.0.1]/a"},
    {"[::ffff:7f00:1]/a", "[::ffff:127.0.0.1]/a"},
    {"[fe80::1]:1/a", "[fe80::1]:1/a"},
    {"r.example/a", "r.example/a"},
    {"r.example/0", "r.example/0"},
    {"r.example/a1", "r.example/a1"},
    {"r.example/1a", "r.example/1a"},
    {"r.example/a.b", "r.example/a.b"},
    {"r.example/a_b", "r.example/a_b"},
    {"r.example/a__b", "r.example/a__b"},
    {"r.example/a-b", "r.example/a-b"},
    {"r.example/a--b", "r.example/a--b"},
    {"r.example/a---b", "r.example/a---b"},
    {"r.example/a.b.c", "r.example/a.b.c"},
    {"r.example/a_b-c.d", "r.example/a_b-c.d"},
    {"r.example/a0.b1_c2__d3---e4", "r.example/a0.b1_c2__d3---e4"},
    {"r.example/library/nginx", "r.example/library/nginx"},
    {"r.example/team/app-name", "r.example/team/app-name"},
    {"r.example/team/app_name", "r.example/team/app_name"},
    {"r.example/0123456789", "r.example/0123456789"},
    {"r.example/sha256", "r.example/sha256"},
    {"r.example/blobs/uploads", "r.example/blobs/uploads"},
    {"r.example/v2/x", "r.example/v2/x"},
    {"r.example/a<255>", "r.example/a<255>"},
    {"r.example/AB<85>", "r.example/AB<85>"},
    {"r.example/latest", "r.example/latest"},
    {"r.example/bp-gitea", "r.example/bp-gitea"},
    {"r.example/openova-io/bp-gitea", "r.example/openova-io/bp-gitea"},
    {"r.example/a:a", "r.example/a:a"},
    {"r.example/a:A", "r.example/a:A"},
    {"r.example/a:0", "r.example/a:0"},
    {"r.example/a:_", "r.example/a:_"},
    {"r.example/a:latest", "r.example/a:latest"},
    {"r.example/a:LATEST", "r.example/a:LATEST"},
    {"r.example/a:1.0.0", "r.example/a:1.0.0"},
    {"r.example/a:v1.2.3", "r.example/a:v1.2.3"},
    {"r.example/a:1.0.0_build.5", "r.example/a:1.0.0_build.5"},
    {"r.example/a:1.0.0-rc.1", "r.example/a:1.0.0-rc.1"},
    {"r.example/a:a-b", "r.example/a:a-b"},
    {"r.example/a:a.b", "r.example/a:a.b"},
    {"r.example/a:a..b", "r.example/a:a..b"},
    {"r.example/a:a--b", "r.example/a:a--b"},
    {"r.example/a:a__b", "r.example/a:a__b"},
    {"r.example/a:_a", "r.example/a:_a"},
    {"r.example/a:__", "r.example/a:__"},
    {"r.example/a:a_", "r.example/a:a_"},
    {"r.example/a:a-", "r.example/a:a-"},
    {"r.example/a:a.", "r.example/a:a."},
    {"r.example/a:x<128>", "r.example/a:x<128>"},
    {"r.example/a:sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.sig", "r.example/a:sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.sig"},
    {"r.example/a:sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "r.example/a:sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"r.example/a:0123456789abcdef", "r.example/a:0123456789abcdef"},
    {"docker.io/library/nginx", "docker.io/library/nginx"},
    {"docker.io/library/nginx:1.25@D", "docker.io/library/nginx:1.25@D"},
    {"docker.io/team/app", "docker.io/team/app"},
    {"DOCKER.IO/team/app", "docker.io/team/app"},
    {"registry-1.docker.io/library/nginx", "registry-1.docker.io/library/nginx"},
    {"docker.io:443/nginx", "docker.io:443/nginx"},
    {"a.docker.io/x", "a.docker.io/x"},
    {"xdocker.io/x", "xdocker.io/x"},
    {"registry.example.evil.example/team/app", "registry.example.evil.example/team/app"},
    {"registry.example/team-evil/app", "registry.example/team-evil/app"},
};

const std::vector<Case> kShort = {
    {"nginx", "docker.io/library/nginx"},
    {"nginx:1.25", "docker.io/library/nginx:1.25"},
    {"nginx@D", "docker.io/library/nginx@D"},
    {"library/nginx", "docker.io/library/nginx"},
    {"team/app", "docker.io/team/app"},
    {"team/app/sub:1", "docker.io/team/app/sub:1"},
    {"docker.io/nginx", "docker.io/library/nginx"},
    {"index.docker.io/nginx", "docker.io/library/nginx"},
    {"index.docker.io/team/app", "docker.io/team/app"},
    {"INDEX.docker.io/team/app", "docker.io/team/app"},
    {"example.com", "docker.io/library/example.com"},
    {"localhost", "docker.io/library/localhost"},
    {"localhost:5000", "docker.io/library/localhost:5000"},
    {"ghcr.io:443", "docker.io/library/ghcr.io:443"},
    {"registry/app", "docker.io/registry/app"},
    {"latest", "docker.io/library/latest"},
    {"a_b", "docker.io/library/a_b"},
    {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8550", "docker.io/library/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8550"},
};

const std::vector<Case> kBad = {
    {"", "empty"},
    {" ", "holds white space or a control character"},
    {" ghcr.io/a", "holds white space or a control character"},
    {"ghcr.io/a ", "holds white space or a control character"},
    {"ghcr.io/a\n", "holds white space or a control character"},
    {"ghcr.io/a\tb", "holds white space or a control character"},
    {"ghcr.io/a b", "holds white space or a control character"},
    {"ghcr.io/a:1 ", "holds white space or a control character"},
    {"ghcr.io/a\x7F", "holds white space or a control character"},
    {"ghcr.io/\x1B[m", "holds white space or a control character"},
    {"ghcr.io/ä", "holds a character outside ASCII; write a host in its xn-- form"},
    {"bücher.example/a", "holds a character outside ASCII; write a host in its xn-- form"},
    {"ghcr.іo/a", "holds a character outside ASCII; write a host in its xn-- form"},
    {"ghcr.io/a\xFF", "holds a character outside ASCII; write a host in its xn-- form"},
    {"ｇhcr.io/a", "holds a character outside ASCII; write a host in its xn-- form"},
    {"ghcr.io/a%2Fb", "holds '%': nothing is decoded"},
    {"ghcr.io%2Fa/b", "holds '%': nothing is decoded"},
    {"[fe80::1%25eth0]/a", "holds '%': nothing is decoded"},
    {"ghcr.io/a?b=c", "holds '?' or '#': a reference is not a URL"},
    {"ghcr.io/a#b", "holds '?' or '#': a reference is not a URL"},
    {"ghcr.io\\\\a/b", "holds a backslash"},
    {"ghcr.io/a\\b", "holds a backslash"},
    {"oci://ghcr.io/a", "begins with a scheme; write host/repository"},
    {"https://ghcr.io/a", "begins with a scheme; write host/repository"},
    {"http://ghcr.io/a", "begins with a scheme; write host/repository"},
    {"docker://ghcr.io/a", "begins with a scheme; write host/repository"},
    {"file://ghcr.io/a", "begins with a scheme; write host/repository"},
    {"user@ghcr.io/a", "holds user information"},
    {"user:pass@ghcr.io/a", "holds user information"},
    {"ghcr.io@evil.example/a", "holds user information"},
    {"ghcr.io/a@evil.example/b", "holds user information"},
    {"ghcr.io/a@D/b", "holds user information"},
    {"ghcr.io:1@evil.example/a", "holds user information"},
    {"/a", "host is missing"},
    {"/a/b", "host is missing"},
    {"//a", "host is missing"},
    {":5000/a", "host is missing"},
    {"ghcr.io./a", "host ends with a dot"},
    {"ghcr.io.:5000/a", "host ends with a dot"},
    {"localhost./a", "host ends with a dot"},
    {"./a", "host ends with a dot"},
    {"../a", "host ends with a dot"},
    {".ghcr.io/a", "host has an empty label"},
    {"ghcr..io/a", "host has an empty label"},
    {"-ghcr.io/a", "host has a label that begins or ends with '-'"},
    {"ghcr-.io/a", "host has a label that begins or ends with '-'"},
    {"ghcr.-io/a", "host has a label that begins or ends with '-'"},
    {"ghcr.io-/a", "host has a label that begins or ends with '-'"},
    {"gh_cr.io/a", "host holds a character outside a-z, 0-9, '-' and '.'"},
    {"ghcr.io!/a", "host holds a character outside a-z, 0-9, '-' and '.'"},
    {"gh*cr.io/a", "host holds a character outside a-z, 0-9, '-' and '.'"},
    {"*.ghcr.io/a", "host holds a character outside a-z, 0-9, '-' and '.'"},
    {"ghcr.io,evil.example/a", "host holds a character outside a-z, 0-9, '-' and '.'"},
    {"$HOST.example/a", "host holds a character outside a-z, 0-9, '-' and '.'"},
    {"{{host}}.example/a", "host holds a character outside a-z, 0-9, '-' and '.'"},
    {"x<64>.example/a", "host has a label of more than 63 characters"},
    {"x<49>.x<49>.x<49>.x<49>.x<49>.example/a", "host has more than 253 characters"},
    {"ghcr.io:/a", "port \"\" is not a number from 1 to 65535"},
    {"ghcr.io:0/a", "port \"0\" is not a number from 1 to 65535"},
    {"ghcr.io:00/a", "port \"00\" is not a number from 1 to 65535"},
    {"ghcr.io:01/a", "port \"01\" is not a number from 1 to 65535"},
    {"ghcr.io:080/a", "port \"080\" is not a number from 1 to 65535"},
    {"ghcr.io:65536/a", "port \"65536\" is not a number from 1 to 65535"},
    {"ghcr.io:99999/a", "port \"99999\" is not a number from 1 to 65535"},
    {"ghcr.io:100000/a", "port \"100000\" is not a number from 1 to 65535"},
    {"ghcr.io:-1/a", "port \"-1\" is not a number from 1 to 65535"},
    {"ghcr.io:+1/a", "port \"+1\" is not a number from 1 to 65535"},
    {"ghcr.io:5000x/a", "port \"5000x\" is not a number from 1 to 65535"},
    {"ghcr.io:x/a", "port \"x\" is not a number from 1 to 65535"},
    {"ghcr.io:5000:5000/a", "port \"5000:5000\" is not a number from 1 to 65535"},
    {"ghcr.io:99999999999999999999/a", "port \"99999999999999999999\" is not a number from 1 to 65535"},
    {"[::1]:/a", "port \"\" is not a number from 1 to 65535"},
    {"[::1]:0/a", "port \"0\" is not a number from 1 to 65535"},
    {"[::1]:65536/a", "port \"65536\" is not a number from 1 to 65535"},
    {"127.1/a", "host ends in a number but is not an IPv4 address in dotted decimal form"},
    {"0177.0.0.1/a", "host ends in a number but is not an IPv4 address in dotted decimal form"},
    {"127.0.0.01/a", "host ends in a number but is not an IPv4 address in dotted decimal form"},
    {"0x7f.0.0.1/a", "host ends in a number but is not an IPv4 address in dotted decimal form"},
    {"256.0.0.1/a", "host ends in a number but is not an IPv4 address in dotted decimal form"},
    {"1.2.3/a", "host ends in a number but is not an IPv4 address in dotted decimal form"},
    {"1.2.3.4.5/a", "host ends in a number but is not an IPv4 address in dotted decimal form"},
    {"2130706433:80/a", "host ends in a number but is not an IPv4 address in dotted decimal form"},
    {"127.0.0.0x1/a", "host ends in a number but is not an IPv4 address in dotted decimal form"},
    {"a.1/a", "host ends in a number but is not an IPv4 address in dotted decimal form"},
    {"1.2.3.0x04/a", "host ends in a number but is not an IPv4 address in dotted decimal form"},
    {"0x7f000001:80/a", "host ends in a number but is not an IPv4 address in dotted decimal form"},
    {"[]/a", "host in brackets is not an IPv6 address"},
    {"[:]/a", "host in brackets is not an IPv6 address"},
    {"[::1::]/a", "host in brackets is not an IPv6 address"},
    {"[1]/a", "host in brackets is not an IPv6 address"},
    {"[127.0.0.1]/a", "host in brackets is not an IPv6 address"},
    {"[::g]/a", "host in brackets is not an IPv6 address"},
    {"[12345::]/a", "host in brackets is not an IPv6 address"},
    {"[::1/a", "host has '[' without ']'"},
    {"[::ffff:256.0.0.1]/a", "host in brackets is not an IPv6 address"},
    {"[::1]x/a", "host goes on behind ']'"},
    {"[::1].example/a", "host goes on behind ']'"},
    {"[ghcr.io]/a", "host in brackets is not an IPv6 address"},
    {"[[::1]]/a", "host in brackets is not an IPv6 address"},
    {"ghcr.io/A", "repository holds upper-case letters"},
    {"ghcr.io/Team/app", "repository holds upper-case letters"},
    {"ghcr.io/team/App", "repository holds upper-case letters"},
    {"ghcr.io/a/B/c", "repository holds upper-case letters"},
    {"ghcr.io/a/", "repository has an empty component"},
    {"ghcr.io/a//b", "repository has an empty component"},
    {"ghcr.io//a", "repository has an empty component"},
    {"ghcr.io/a/b/", "repository has an empty component"},
    {"ghcr.io///", "repository has an empty component"},
    {"ghcr.io/", "repository is missing"},
    {"ghcr.io/:tag", "repository is missing"},
    {"ghcr.io/@D", "repository is missing"},
    {"ghcr.io/..", "repository has a component of dots"},
    {"ghcr.io/.", "repository has a component of dots"},
    {"ghcr.io/a/../b", "repository has a component of dots"},
    {"ghcr.io/../a", "repository has a component of dots"},
    {"ghcr.io/a/..", "repository has a component of dots"},
    {"ghcr.io/./a", "repository has a component of dots"},
    {"ghcr.io/a/./b", "repository has a component of dots"},
    {"ghcr.io/.a", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/a.", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/_a", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/a_", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/-a", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/a-", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/a..b", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/a___b", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/a._b", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/a-.b", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/a.-b", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/a_-b", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/...", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/a/.b", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/a/b-", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/__", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/-", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/a....b", "repository has a separator ('.', '_', '__' or '-') that is not between letters or digits"},
    {"ghcr.io/a+b", "repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'"},
    {"ghcr.io/a~b", "repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'"},
    {"ghcr.io/a*b", "repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'"},
    {"ghcr.io/a,b", "repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'"},
    {"ghcr.io/a;b", "repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'"},
    {"ghcr.io/a&b", "repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'"},
    {"ghcr.io/a=b", "repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'"},
    {"ghcr.io/a!b", "repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'"},
    {"ghcr.io/a$b", "repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'"},
    {"ghcr.io/a(b)", "repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'"},
    {"ghcr.io/a'b", "repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'"},
    {"ghcr.io/a|b", "repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'"},
    {"ghcr.io/a:b/c", "repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'"},
    {"ghcr.io/a:1/b:2", "repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'"},
    {"ghcr.io/<novalue>", "repository holds a character outside a-z, 0-9, '.', '_', '-' and '/'"},
    {"ghcr.io/a<256>", "repository has more than 255 characters"},
    {"ghcr.io/AB<86>", "repository has more than 255 characters"},
    {"ghcr.io/a:", "tag is empty"},
    {"ghcr.io/a:@D", "tag is empty"},
    {"ghcr.io/a:x<129>", "tag has more than 128 characters"},
    {"ghcr.io/a:.x", "tag begins with '.' or '-'"},
    {"ghcr.io/a:-x", "tag begins with '.' or '-'"},
    {"ghcr.io/a:1.0+build", "tag holds a character outside A-Z, a-z, 0-9, '_', '.' and '-'"},
    {"ghcr.io/a:a:b", "tag holds a character outside A-Z, a-z, 0-9, '_', '.' and '-'"},
    {"ghcr.io/a:a*", "tag holds a character outside A-Z, a-z, 0-9, '_', '.' and '-'"},
    {"ghcr.io/a:a,b", "tag holds a character outside A-Z, a-z, 0-9, '_', '.' and '-'"},
    {"ghcr.io/a:$TAG", "tag holds a character outside A-Z, a-z, 0-9, '_', '.' and '-'"},
    {"ghcr.io/a:{{tag}}", "tag holds a character outside A-Z, a-z, 0-9, '_', '.' and '-'"},
    {"ghcr.io/a:~1", "tag holds a character outside A-Z, a-z, 0-9, '_', '.' and '-'"},
    {"ghcr.io/a:^1", "tag holds a character outside A-Z, a-z, 0-9, '_', '.' and '-'"},
    {"ghcr.io/a:1.0:latest", "tag holds a character outside A-Z, a-z, 0-9, '_', '.' and '-'"},
    {"ghcr.io/a@", "digest \"\": expected sha256:…"},
    {"ghcr.io/a@latest", "digest \"latest\": expected sha256:…"},
    {"ghcr.io/a@sha256:", "digest has 0 hexadecimal digits, expected 64"},
    {"ghcr.io/a@sha256:abc", "digest has 3 hexadecimal digits, expected 64"},
    {"ghcr.io/a@D0", "digest has 65 hexadecimal digits, expected 64"},
    {"ghcr.io/a@sha256:E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "digest holds a character outside 0-9a-f"},
    {"ghcr.io/a@D@D", "digest has 136 hexadecimal digits, expected 64"},
    {"ghcr.io/a@D:tag", "digest has 68 hexadecimal digits, expected 64"},
    {"ghcr.io/a:t@x@D", "digest \"x@D\": expected sha256:…"},
    {"ghcr.io/a@e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "digest \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\": expected sha256:…"},
    {"ghcr.io/a<1020>", "more than 1024 bytes"},
    {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "64 hexadecimal digits are an image id, not a name"},
};

TEST(Reference, CanonicalForm) {
  for (const Case& c : kGood) {
    const std::string text = full(c.text);
    for (const ShortNames short_names : {ShortNames::refuse, ShortNames::docker}) {
      const auto reference = Reference::parse(text, short_names);
      ASSERT_TRUE(reference.ok()) << reference.error().message;
      EXPECT_EQ(reference.value().text(), full(c.want));
      EXPECT_FALSE(reference.value().expanded()) << text;
    }
    EXPECT_EQ(read(full(c.want), ShortNames::refuse), full(c.want));
  }
}

TEST(Reference, ShortNamesAreNeverExpandedSilently) {
  for (const Case& c : kShort) {
    const std::string text = full(c.text);
    const auto expanded = Reference::parse(text, ShortNames::docker);
    ASSERT_TRUE(expanded.ok()) << expanded.error().message;
    EXPECT_EQ(expanded.value().text(), full(c.want));
    EXPECT_TRUE(expanded.value().expanded());
    EXPECT_EQ(read(text, ShortNames::refuse),
              "reference \"" + text + "\": short for " + full(c.want) + "; write that");
  }
}

TEST(Reference, Refuses) {
  for (const Case& c : kBad) {
    const std::string text = full(c.text);
    for (const ShortNames short_names : {ShortNames::refuse, ShortNames::docker}) {
      const auto reference = Reference::parse(text, short_names);
      ASSERT_FALSE(reference.ok()) << text;
      EXPECT_EQ(reference.error().code, Errc::malformed) << text;
      const std::string& message = reference.error().message;
      EXPECT_EQ(message.rfind("reference \"", 0), 0U);
      EXPECT_EQ(message.substr(message.rfind("\": ", message.size() - full(c.want).size()) + 3),
                full(c.want))
          << text;
    }
  }
  EXPECT_GE(kGood.size() + kShort.size() + kBad.size(), 200U);
}

TEST(Reference, WholeMessage) {
  EXPECT_EQ(read("ghcr.io/A\n", ShortNames::refuse),
            "reference \"ghcr.io/A\\u{000A}\": holds white space or a control character");
  EXPECT_EQ(read(std::string("ghcr.io/a\0b", 11), ShortNames::refuse),
            "reference \"ghcr.io/a\\u{0000}b\": holds white space or a control character");
}

TEST(Reference, OtherAlgorithmsAreUnsupported) {
  for (const std::string digest : {"sha512:" + std::string(128, 'a'), std::string("md5:abc"),
                                   "SHA256:" + kDigest.substr(7)}) {
    const auto reference = Reference::parse("ghcr.io/a@" + digest, ShortNames::refuse);
    ASSERT_FALSE(reference.ok());
    EXPECT_EQ(reference.error().code, Errc::unsupported);
    EXPECT_EQ(reference.error().message, "reference \"ghcr.io/a@" + digest + "\": digest \"" +
                                             digest.substr(0, 80) + "\": expected sha256:…");
  }
}

TEST(Reference, Parts) {
  const auto whole = Reference::parse("GHCR.io:5000/a/b:T@" + kDigest, ShortNames::refuse);
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole.value().registry(), "ghcr.io:5000");
  EXPECT_EQ(whole.value().repository(), "a/b");
  EXPECT_EQ(whole.value().name(), "ghcr.io:5000/a/b");
  EXPECT_EQ(whole.value().tag(), "T");
  ASSERT_TRUE(whole.value().digest().has_value());
  EXPECT_EQ(whole.value().digest()->text(), kDigest);
  const auto bare = Reference::parse("ghcr.io/a", ShortNames::refuse);
  ASSERT_TRUE(bare.ok());
  EXPECT_EQ(bare.value().tag(), "");
  EXPECT_FALSE(bare.value().digest().has_value());
}

// Any byte changed, dropped or doubled: refused, or a reference whose text reads as itself.
TEST(Reference, MutantsAreCanonicalOrRefused) {
  const std::string whole = "reg.example:5000/team/app:1.0@" + kDigest;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::vector<std::string> mutants = {whole.substr(0, at), whole.substr(0, at) + whole.substr(at + 1),
                                        whole.substr(0, at) + whole.substr(at, 1) + whole.substr(at)};
    for (int byte = 0; byte < 256; ++byte) {
      mutants.push_back(whole);
      mutants.back()[at] = static_cast<char>(byte);
    }
    for (const std::string& mutant : mutants) {
      const auto reference = Reference::parse(mutant, ShortNames::docker);
      if (!reference.ok()) continue;
      EXPECT_EQ(read(reference.value().text(), ShortNames::refuse), reference.value().text());
    }
  }
}

}  // namespace
}  // namespace portreeve
