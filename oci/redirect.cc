#include "oci/redirect.h"

#include <algorithm>
#include <string>

namespace portreeve::oci {
namespace {

using net::AddressClass;
using net::Url;

bool is_address(const std::string& host) {
  return host.front() == '[' || host.find_first_not_of("0123456789.") == std::string::npos;
}

AddressClass literal_class(const std::string& host) {
  return net::classify(host.front() == '[' ? host.substr(1, host.size() - 2) : host);
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

// Whether ';'-separated link parameters hold rel=next.
bool is_next(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::size_t end = std::min(parameters.find(';'), parameters.size());
    std::string one;
    for (const char c : parameters.substr(0, end)) {
      if (c != ' ' && c != '\t' && c != '"') one += c;
    }
    if (lower_case(one) == "rel=next") return true;
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
  }
  return false;
}

}  // namespace

Result<RedirectTarget> redirect_target(const Url& from, AddressClass home,
                                       std::string_view location) {
  const std::string name = from.shown() + ": redirect";
  if (location.empty()) return Error{Errc::malformed, name + " without a Location"};
  Result<Url> resolved = from.resolve(location);
  if (!resolved.ok()) return with_context(resolved.error(), name);
  RedirectTarget out;
  out.url = std::move(resolved).value();
  if (from.scheme == "https" && out.url.scheme != "https") {
    return Error{Errc::untrusted, name + " to " + out.url.shown() + " leaves https: not followed"};
  }
  out.reach = std::min(home, AddressClass::loopback);
  if (is_address(out.url.host) && literal_class(out.url.host) > out.reach) {
    return Error{Errc::untrusted, name + " to " + out.url.shown() + ", which is " +
                                      std::string(to_string(literal_class(out.url.host))) +
                                      " while the registry is " + std::string(to_string(home)) +
                                      ": not followed"};
  }
  return out;
}

Result<std::string> next_page(const Url& from, std::string_view link) {
  const std::string name = from.shown() + ": Link";
  while (!link.empty()) {
    const std::size_t open = link.find('<');
    if (open == std::string_view::npos) break;
    const std::size_t close = link.find('>', open);
    if (close == std::string_view::npos) return Error{Errc::malformed, name + ": not a link"};
    // Parameters go on to the next ',' that begins another link.
    const std::size_t next = std::min(link.find('<', close), link.size());
    const std::string_view parameters = link.substr(close + 1, next - close - 1);
    if (is_next(parameters.substr(0, parameters.find(',')))) {
      Result<Url> target = from.resolve(link.substr(open + 1, close - open - 1));
      if (!target.ok()) return with_context(target.error(), name);
      if (!target.value().same_origin(from)) {
        return Error{Errc::untrusted, name + ": the next page is on " +
                                          target.value().authority() + ": not followed"};
      }
      return target.value().target;
    }
    link.remove_prefix(next);
  }
  return std::string();
}

}  // namespace portreeve::oci
