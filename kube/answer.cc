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

void write_metadata_or_value(json::CanonicalWriter& writer, const Value& value) {
  if (value.key().text() == "metadata" && value.is_object()) {
    writer.write_object(value, volatile_member,
                        [](json::CanonicalWriter& inner, const Value& child) { inner.write(child); });
  } else {
    writer.write(value);
  }
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

std::string content_form(const Value& object) {
  json::CanonicalWriter writer(std::size_t{object.node_count()} * 12);  // About what a review needs.
  if (object.is_object()) {
    writer.write_object(object, [](std::string_view key) { return key == "status"; },
                        write_metadata_or_value);
  } else {
    writer.write(object);
  }
  return std::string(writer.text());
}

}  // namespace portreeve::kube
