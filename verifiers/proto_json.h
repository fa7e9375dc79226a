#pragma once

// Reading protobuf messages from JSON (protobuf.dev/programming-guides/json), strictly:
//  - null is the same as absent, absent the same as the default;
//  - 64-bit integers come as strings or as numbers, bytes as base64 of either alphabet;
//  - only lowerCamelCase names;
//  - a field that we do not know is refused. Go's protojson, and so cosign and sigstore-go, do the
//    same: a field may restrict what the others mean, and whoever ignores it reads another document
//    than its writer wrote.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/value.h"
#include "verifiers/rejection.h"

namespace portreeve::verifiers {

/// The members of one message. Borrowed; lives for one call.
class ProtoMessage {
 public:
  /// `where` names the message in rejections, all of which have `reason`.
  static Checked<ProtoMessage> open(const Value& object, std::string where, Reason reason);

  /// The member, marked as known; absent also when it is null.
  Value take(std::string_view name);
  /// "" if absent.
  Checked<std::string> text(std::string_view name);
  /// Decoded; "" if absent.
  Checked<std::string> bytes(std::string_view name);
  /// 0 if absent; negative is refused: nothing that we read can be.
  Checked<std::uint64_t> count(std::string_view name);
  /// Empty if absent. Errors also: too_large over `most`, before any element is read.
  Checked<std::vector<Value>> list(std::string_view name, std::size_t most);
  /// REQUIRES: every known member was taken.
  Passed finish() const;

  /// Rejection at a member: "where.name: message".
  Rejection wrong(std::string_view name, std::string_view message) const;
  std::string path(std::string_view name) const { return where_ + "." + std::string(name); }

 private:
  ProtoMessage(const Value& object, std::string where, Reason reason)
      : object_(object), where_(std::move(where)), reason_(reason) {}
  Value object_;
  std::string where_;
  Reason reason_;
  std::vector<std::string_view> known_;
};

/// A whole number of at most 64 bits: digits only. Errors: malformed.
Result<std::uint64_t> parse_count(std::string_view digits);

}  // namespace portreeve::verifiers
