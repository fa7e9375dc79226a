#include "kube/admission_review.h"

#include <algorithm>
#include <initializer_list>

#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "kube/fill_namespace.h"

namespace portreeve::kube {
namespace {

std::string quoted(std::string_view text) {
  return "\"" + utf8::printable(text, 80) + "\"";
}

Error malformed(std::string message) { return Error{Errc::malformed, std::move(message)}; }

bool holds_nul(std::string_view text) noexcept { return text.find('\0') != std::string_view::npos; }

// "group/version" or "version".
void split_api_version(std::string_view api, std::string& group, std::string& version) {
  const std::size_t slash = api.find('/');
  group = slash == std::string_view::npos ? "" : std::string(api.substr(0, slash));
  version = std::string(slash == std::string_view::npos ? api : api.substr(slash + 1));
}

// A string member that may be left out, but not be something else.
Result<std::string> text_member(const Value& object, std::string_view key, std::string_view where) {
  const Value value = object[key];
  if (!value.present() || value.is_null()) return std::string();
  if (!value.is_string()) {
    return malformed(std::string(where) + "." + std::string(key) + ": expected a string, found " +
                     std::string(to_string(value.type())));
  }
  return std::string(value.text());
}

bool equal_but_for_case(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [&](char x, char y) { return lower(x) == lower(y); });
}

// Members that nobody knows yet are left alone. One that differs from a known one in case only is
// what some readers take for it and we would overlook.
Outcome exact_names(const Value& object, std::initializer_list<std::string_view> known,
                    std::string_view where) {
  for (const Value member : object) {
    const std::string_view name = member.key().text();
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    for (const std::string_view word : known) {
      if (!equal_but_for_case(name, word)) continue;
      return malformed(std::string(where) + ": found " + quoted(name) + ", expected \"" +
                       std::string(word) + "\"");
    }
  }
  return Done{};
}

Outcome object_if_there(const Value& request, std::string_view key) {
  const Value value = request[key];
  if (!value.present() || value.is_null() || value.is_object()) return Done{};
  return malformed("request." + std::string(key) + ": expected an object, found " +
                   std::string(to_string(value.type())));
}

Result<Operation> read_operation(const Value& request) {
  PORTREEVE_TRY(const std::string text, text_member(request, "operation", "request"));
  for (const Operation operation :
       {Operation::create, Operation::update, Operation::remove, Operation::connect}) {
    if (text == to_string(operation)) return operation;
  }
  return malformed("request.operation: expected CREATE, UPDATE, DELETE or CONNECT, found " +
                   quoted(text));
}

Outcome read_kind(const Value& request, Subject& subject) {
  const Value kind = request["kind"];
  const Value resource = request["resource"];
  if (!kind.is_object()) return malformed("request.kind: expected {group, version, kind}");
  PORTREEVE_TRY(subject.group, text_member(kind, "group", "request.kind"));
  PORTREEVE_TRY(subject.version, text_member(kind, "version", "request.kind"));
  PORTREEVE_TRY(subject.kind, text_member(kind, "kind", "request.kind"));
  if (subject.kind.empty() || subject.version.empty()) {
    return malformed("request.kind: version and kind must not be empty");
  }
  if (!resource.is_object()) return malformed("request.resource: expected {group, version, resource}");
  PORTREEVE_TRY(subject.resource, text_member(resource, "resource", "request.resource"));
  PORTREEVE_TRY(subject.resource_group, text_member(resource, "group", "request.resource"));
  PORTREEVE_TRY(const std::string version, text_member(resource, "version", "request.resource"));
  PORTREEVE_CHECK(exact_names(kind, {"group", "version", "kind"}, "request.kind"));
  PORTREEVE_CHECK(exact_names(resource, {"group", "version", "resource"}, "request.resource"));
  if (subject.resource.empty()) return malformed("request.resource.resource: must not be empty");
  PORTREEVE_TRY(subject.subresource, text_member(request, "subResource", "request"));
  // Only a subresource may carry a kind of another group or version (scale, exec, eviction).
  if (subject.subresource.empty() &&
      (subject.resource_group != subject.group || version != subject.version)) {
    return malformed("request.resource is of " + quoted(subject.resource_group + "/" + version) +
                     ", request.kind of " + quoted(subject.group + "/" + subject.version));
  }
  PORTREEVE_TRY(subject.name, text_member(request, "name", "request"));
  PORTREEVE_TRY(subject.name_space, text_member(request, "namespace", "request"));
  return Done{};
}

// An object is what request.kind says it is, or the review was put together by somebody else.
Outcome agrees(const Value& object, std::string_view where, const Subject& subject) {
  const Value metadata = object["metadata"];
  if (!metadata.is_object()) return malformed(std::string(where) + ".metadata: expected a map");
  PORTREEVE_TRY(const std::string api, text_member(object, "apiVersion", where));
  PORTREEVE_TRY(const std::string kind, text_member(object, "kind", where));
  std::string group;
  std::string version;
  split_api_version(api, group, version);
  if (group != subject.group || version != subject.version || kind != subject.kind) {
    return malformed(std::string(where) + " is " + quoted(api + " " + kind) + ", request.kind says " +
                     quoted(subject.group + "/" + subject.version + " " + subject.kind));
  }
  PORTREEVE_TRY(const std::string name, text_member(metadata, "name", "metadata"));
  PORTREEVE_TRY(const std::string space, text_member(metadata, "namespace", "metadata"));
  // A generated name is there already when validating webhooks are asked.
  if (!subject.name.empty() && name != subject.name) {
    return malformed(std::string(where) + ".metadata.name is " + quoted(name) +
                     ", request.name says " + quoted(subject.name));
  }
  if (!space.empty() && space != subject.name_space) {
    return malformed(std::string(where) + ".metadata.namespace is " + quoted(space) +
                     ", request.namespace says " + quoted(subject.name_space));
  }
  return Done{};
}

// Subresources such as scale and exec carry a kind of their own; the API server builds them.
bool own_kind(const Subject& subject) noexcept {
  return (subject.subresource.empty() || subject.subresource == "status") &&
         subject.operation != Operation::connect && subject.group == subject.resource_group;
}

Outcome read_objects(const Value& request, Subject& subject) {
  const auto object_or_null = [&](std::string_view key, Value& out) -> Outcome {
    const Value value = request[key];
    if (!value.present() || value.is_null()) return Done{};
    if (!value.is_object()) {
      return malformed("request." + std::string(key) + ": expected an object, found " +
                       std::string(to_string(value.type())));
    }
    out = value;
    return Done{};
  };
  PORTREEVE_CHECK(object_or_null("object", subject.object));
  PORTREEVE_CHECK(object_or_null("oldObject", subject.old));
  const bool wants_object =
      subject.operation == Operation::create || subject.operation == Operation::update;
  const bool wants_old = subject.operation == Operation::update;
  if (wants_object && !subject.object.present()) {
    return malformed("request.object: " + std::string(to_string(subject.operation)) + " needs one");
  }
  if (wants_old && !subject.old.present()) return malformed("request.oldObject: UPDATE needs one");
  if (subject.operation == Operation::create && subject.old.present()) {
    return malformed("request.oldObject: CREATE has none");
  }
  if (subject.operation == Operation::remove && subject.object.present()) {
    return malformed("request.object: DELETE has none");
  }
  if (!own_kind(subject)) return Done{};
  if (subject.object.present()) PORTREEVE_CHECK(agrees(subject.object, "request.object", subject));
  if (subject.old.present()) PORTREEVE_CHECK(agrees(subject.old, "request.oldObject", subject));
  return Done{};
}

Outcome read_user(const Value& user, Review& review) {
  if (user.present() && !user.is_null() && !user.is_object()) {
    return malformed("request.userInfo: expected an object");
  }
  PORTREEVE_CHECK(exact_names(user, {"username", "uid", "groups", "extra"}, "request.userInfo"));
  PORTREEVE_TRY(review.user, text_member(user, "username", "request.userInfo"));
  return Done{};
}

Outcome read_request(const Value& request, Review& review) {
  Subject& subject = review.subject;
  subject.request = request;
  PORTREEVE_CHECK(exact_names(
      request, {"uid", "kind", "resource", "subResource", "requestKind", "requestResource",
                "requestSubResource", "name", "namespace", "operation", "userInfo", "object",
                "oldObject", "dryRun", "options"}, "request"));
  PORTREEVE_TRY(subject.operation, read_operation(request));
  PORTREEVE_CHECK(read_kind(request, subject));
  PORTREEVE_CHECK(read_objects(request, subject));
  if (subject.name.empty() && subject.object.present()) {
    subject.name = std::string(subject.object["metadata"]["name"].text());
  }
  const Value dry_run = request["dryRun"];
  if (dry_run.present() && !dry_run.is_null() && !dry_run.is_boolean()) {
    return malformed("request.dryRun: expected true or false");
  }
  review.dry_run = dry_run.boolean();
  PORTREEVE_CHECK(read_user(request["userInfo"], review));
  for (const std::string_view key : {"requestKind", "requestResource", "options"}) {
    PORTREEVE_CHECK(object_if_there(request, key));
  }
  PORTREEVE_TRY(const std::string ignored, text_member(request, "requestSubResource", "request"));
  const Value asked = request["requestKind"];
  if (asked.is_object() && !equal(asked, request["kind"])) {
    review.request_kind = std::string(asked["group"].text()) + "/" +
                          std::string(asked["version"].text()) + "/" +
                          std::string(asked["kind"].text());
  }
  return Done{};
}

// The namespace of the request is where the object will stand. A request about a Namespace carries the
// name of that one; other kinds of the cluster carry none.
bool lacks_namespace(const Subject& subject) noexcept {
  const bool is_namespace = subject.group.empty() && subject.kind == "Namespace";
  if (subject.name_space.empty() || is_namespace || !own_kind(subject)) return false;
  const auto lacks = [](const Value& object) {
    return object.present() && object["metadata"]["namespace"].text().empty();
  };
  return lacks(subject.object) || lacks(subject.old);
}

Outcome fill(Review& review, MemoryBudget* budget) {
  PORTREEVE_TRY(DocumentPtr filled,
                fill_namespace(*review.subject.document, review.subject.name_space, budget));
  review.subject = Subject{};
  review.subject.document = std::move(filled);
  return read_request(review.subject.document->root()["request"], review);
}

Outcome read_envelope(const Value& root) {
  if (!root.is_object()) return malformed("expected an AdmissionReview object");
  if (root["kind"].text() != "AdmissionReview") {
    return malformed("kind: expected AdmissionReview, found " + quoted(root["kind"].text()));
  }
  if (root["apiVersion"].text() != "admission.k8s.io/v1") {
    return Error{Errc::unsupported, "apiVersion: expected admission.k8s.io/v1, found " +
                                        quoted(root["apiVersion"].text())};
  }
  PORTREEVE_CHECK(exact_names(root, {"apiVersion", "kind", "request", "response"}, "review"));
  if (!root["request"].is_object()) return malformed("request: expected an object");
  if (root["response"].present() && !root["response"].is_null()) {
    return malformed("response: a review that asks has none");
  }
  return Done{};
}

}  // namespace

ReviewOrError read_review(std::string json, MemoryBudget* budget) {
  // The text is gone once it was parsed; a refusal needs the uid from it.
  std::string uid;
  const bool oversize = json.size() > limits::kReviewBytes;
  Result<DocumentPtr> document = Error{Errc::limit, ""};
  if (oversize) {
    uid = json::salvage_uid(std::string_view(json).substr(0, 64 * 1024));
    document = Error{Errc::limit, "review of " + std::to_string(json.size()) +
                                      " bytes, limit is " + std::to_string(limits::kReviewBytes)};
  } else {
    // Cheap when the uid stands early, as the API server writes it.
    uid = json::salvage_uid(json);
    document = json::parse(std::move(json), json::review_limits(), budget);
  }
  if (!document.ok()) return BadReview{std::move(uid), std::move(document).error()};
  const Value root = document.value()->root();
  const Value uid_value = root["request"]["uid"];
  if (!uid_value.is_string() || uid_value.text().empty()) {
    return BadReview{"", malformed("request.uid: expected a text")};
  }
  Review review;
  review.uid = std::string(uid_value.text());
  if (holds_nul(review.uid) || review.uid.size() > 256) {
    // The answer carries it back as it came; the API server then finds its own uid or refuses.
    return BadReview{review.uid, malformed("request.uid: holds NUL or is longer than 256 bytes")};
  }
  review.subject.document = document.value();
  const Outcome envelope = read_envelope(root);
  if (!envelope.ok()) return BadReview{review.uid, envelope.error()};
  Outcome request = read_request(root["request"], review);
  if (request.ok() && lacks_namespace(review.subject)) request = fill(review, budget);
  if (!request.ok()) return BadReview{review.uid, request.error()};
  return review;
}

Result<Subject> subject_of(const DocumentPtr& object, const DocumentPtr& old) {
  Subject out;
  out.document = object;
  out.object = object->root();
  if (!out.object.is_object()) return malformed("expected an object with apiVersion and kind");
  PORTREEVE_TRY(const std::string api, text_member(out.object, "apiVersion", "object"));
  PORTREEVE_TRY(out.kind, text_member(out.object, "kind", "object"));
  if (api.empty() || out.kind.empty()) {
    return malformed("expected apiVersion and kind; found apiVersion " + quoted(api) + ", kind " +
                     quoted(out.kind));
  }
  split_api_version(api, out.group, out.version);
  out.resource_group = out.group;
  const Value metadata = out.object["metadata"];
  if (!metadata.is_object()) return malformed("metadata: expected a map");
  PORTREEVE_TRY(out.name, text_member(metadata, "name", "metadata"));
  PORTREEVE_TRY(out.name_space, text_member(metadata, "namespace", "metadata"));
  if (old != nullptr) {
    out.operation = Operation::update;
    out.old_document = old;
    out.old = old->root();
    PORTREEVE_CHECK(agrees(out.old, "old object", out));
  }
  return out;
}

}  // namespace portreeve::kube
