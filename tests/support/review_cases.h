#pragma once

// A review as an API server sends it, as pieces that tests take apart and put together wrongly.

#include <string>
#include <utility>
#include <vector>

namespace portreeve::kube::testing {

/// A JSON object or array under construction: members keep their order and may repeat.
struct Node {
  std::string text;  ///< Of a scalar, as JSON.
  std::vector<std::pair<std::string, Node>> members;
  bool object = false;

  std::string json() const;
  /// The member that `pointer` ("/request/kind") names, with the object that holds it.
  std::pair<Node*, std::size_t> find(const std::string& pointer);
};

/// An UPDATE of a Blueprint with every field of the v1 request.
Node update_review();
/// A CREATE as an API server writes it.
Node create_review();

/// Pointers of every member of the envelope, and of the members of object and oldObject that the
/// codec compares with it.
std::vector<std::string> envelope_pointers();

}  // namespace portreeve::kube::testing
