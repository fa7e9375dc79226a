#include "verifiers/proto_json.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/base64.h"

namespace portreeve::verifiers {

Result<std::uint64_t> parse_count(std::string_view digits) {
  std::uint64_t count = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  const bool whole = ec == std::errc() && end == digits.data() + digits.size();
  const bool plain = digits.size() == 1 || (!digits.empty() && digits[0] != '0');
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!whole || !plain || count > kMost) {
    return Error{Errc::malformed, "expected a whole number from 0 to 2^63-1, found " + quoted(digits)};
  }
  return count;
}

Checked<ProtoMessage> ProtoMessage::open(const Value& object, std::string where, Reason reason) {
  if (!object.is_object()) {
    return Rejection{reason, where + ": expected an object, found " +
                                 std::string(to_string(object.type()))};
  }
  return ProtoMessage(object, std::move(where), reason);
}

Rejection ProtoMessage::wrong(std::string_view name, std::string_view message) const {
  return {reason_, path(name) + ": " + std::string(message)};
}

Value ProtoMessage::take(std::string_view name) {
  known_.push_back(name);
  const Value member = object_[name];
  return member.is_null() ? Value() : member;
}

Checked<std::string> ProtoMessage::text(std::string_view name) {
  const Value member = take(name);
  if (!member.present()) return std::string();
  if (!member.is_string()) {
    return wrong(name, "expected a string, found " + std::string(to_string(member.type())));
  }
  return std::string(member.text());
}

Checked<std::string> ProtoMessage::bytes(std::string_view name) {
  const Value member = take(name);
  if (!member.present()) return std::string();
  if (!member.is_string()) {
    return wrong(name, "expected base64, found " + std::string(to_string(member.type())));
  }
  return step(reason_, path(name), from_base64(member.text(), Base64::either));
}

Checked<std::uint64_t> ProtoMessage::count(std::string_view name) {
  const Value member = take(name);
  if (!member.present()) return std::uint64_t{0};
  if (!member.is_string() && !member.is_number()) {
    return wrong(name, "expected an integer, found " + std::string(to_string(member.type())));
  }
  return step(reason_, path(name), parse_count(member.text()));
}

Checked<std::vector<Value>> ProtoMessage::list(std::string_view name, std::size_t most) {
  const Value member = take(name);
  std::vector<Value> out;
  if (!member.present()) return out;
  if (!member.is_array()) {
    return wrong(name, "expected a list, found " + std::string(to_string(member.type())));
  }
  if (member.size() > most) {
    return Rejection{Reason::too_large, path(name) + ": " + std::to_string(member.size()) +
                                            " entries, limit is " + std::to_string(most)};
  }
  out.reserve(member.size());
  for (const Value entry : member) out.push_back(entry);
  return out;
}

Passed ProtoMessage::finish() const {
  for (const Value member : object_) {
    const std::string_view name = member.key().text();
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    return Rejection{reason_, where_ + ": unknown field " + quoted(name)};
  }
  return Done{};
}

}  // namespace portreeve::verifiers
