#include <algorithm>
#include <vector>

#include "core/canonical_copy.h"
#include "core/canonical_writer.h"
#include "core/json.h"
#include "kube/admission_review.h"

namespace portreeve::kube {
namespace {

void member(std::string& out, std::string_view key, std::string_view text) {
  json::append_string(out, key);
  out += ':';
  json::append_string(out, text);
}

void append_status(std::string& out, const Answer& answer) {
  out += ",\"status\":{\"status\":\"Failure\",";
  member(out, "message", answer.message);
  out += ',';
  member(out, "reason", answer.reason);
  if (!answer.causes.empty()) {
    out += ",\"details\":{\"causes\":[";
    bool first = true;
    for (const Answer::Cause& cause : answer.causes) {
      out += first ? "{" : ",{";
      first = false;
      member(out, "reason", cause.type);
      out += ',';
      member(out, "message", cause.message);
      out += ',';
      member(out, "field", cause.field);
      out += '}';
    }
    out += "]}";
  }
  out += ",\"code\":" + std::to_string(answer.code) + "}";
}

// Members that the API server writes by itself, and that say nothing about the content.
bool volatile_member(std::string_view key) noexcept {
  return key == "managedFields" || key == "resourceVersion" || key == "generation";
}

void append_metadata(std::string& out, const Value& metadata) {
  json::CanonicalWriter writer(std::size_t{metadata.node_count()} * 16);
  writer.write_object(metadata, volatile_member,
                      [](json::CanonicalWriter& inner, const Value& child) { inner.write(child); });
  out += writer.text();
}

}  // namespace

std::string write_answer(const Answer& answer) {
  std::string out;
  out.reserve(1024);
  out += "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"response\":{";
  member(out, "uid", answer.uid);
  out += answer.allowed ? ",\"allowed\":true" : ",\"allowed\":false";
  if (!answer.allowed) append_status(out, answer);
  if (!answer.warnings.empty()) {
    out += ",\"warnings\":[";
    for (std::size_t i = 0; i < answer.warnings.size(); ++i) {
      if (i > 0) out += ',';
      json::append_string(out, answer.warnings[i]);
    }
    out += ']';
  }
  if (!answer.annotations.empty()) {
    out += ",\"auditAnnotations\":{";
    for (std::size_t i = 0; i < answer.annotations.size(); ++i) {
      if (i > 0) out += ',';
      member(out, answer.annotations[i].first, answer.annotations[i].second);
    }
    out += '}';
  }
  out += "}}\n";
  return out;
}

std::string content_form(const Value& object, std::string_view source) {
  std::string out;
  out.reserve(std::size_t{object.node_count()} * 12);  // About what a review needs.
  if (!object.is_object()) {
    json::copy_canonical(out, object, source);
    return out;
  }
  std::vector<Value> members;
  members.reserve(object.size());
  for (const Value member : object) members.push_back(member);
  const auto key = [](const Value& member) { return member.key().text(); };
  std::sort(members.begin(), members.end(),
            [&](const Value& a, const Value& b) { return key(a) < key(b); });
  for (const Value& member : members) {
    if (key(member) == "status") continue;
    out += out.empty() ? '{' : ',';
    json::append_string(out, key(member));
    out += ':';
    if (key(member) == "metadata" && member.is_object()) {
      append_metadata(out, member);
    } else {
      json::copy_canonical(out, member, source);
    }
  }
  out += out.empty() ? "{}" : "}";
  return out;
}

}  // namespace portreeve::kube
