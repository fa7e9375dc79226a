#include "kube/write_review.h"

#include "core/json.h"

namespace portreeve::kube {
namespace {

bool ends_with(std::string_view text, std::string_view suffix) noexcept {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

bool is_vowel(char c) noexcept {
  return std::string_view("aeiou").find(c) != std::string_view::npos;
}

void member(std::string& out, std::string_view key, std::string_view text) {
  json::append_string(out, key);
  out += ':';
  json::append_string(out, text);
}

void optional_member(std::string& out, std::string_view key, std::string_view text) {
  if (text.empty()) return;
  out += ',';
  member(out, key, text);
}

void value_or_null(std::string& out, std::string_view key, const Value& value) {
  out += ',';
  json::append_string(out, key);
  out += ':';
  if (value.present()) {
    json::append_canonical(out, value);
  } else {
    out += "null";
  }
}

void append_kind(std::string& out, std::string_view key, const Subject& subject) {
  json::append_string(out, key);
  out += ":{";
  member(out, "group", subject.group);
  out += ',';
  member(out, "version", subject.version);
  out += ',';
  member(out, "kind", subject.kind);
  out += '}';
}

void append_resource(std::string& out, std::string_view key, const Subject& subject) {
  json::append_string(out, key);
  out += ":{";
  member(out, "group", subject.group);
  out += ',';
  member(out, "version", subject.version);
  out += ',';
  member(out, "resource", subject.resource.empty() ? resource_of(subject.kind) : subject.resource);
  out += '}';
}

}  // namespace

std::string resource_of(std::string_view kind) {
  std::string out;
  for (const char c : kind) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const bool consonant_y = out.size() > 1 && out.back() == 'y' && !is_vowel(out[out.size() - 2]);
  if (consonant_y) {
    out.pop_back();
    return out + "ies";
  }
  for (const std::string_view suffix : {"s", "x", "z", "ch", "sh"}) {
    if (ends_with(out, suffix)) return out + "es";
  }
  return out + "s";
}

std::string write_review(const Subject& subject, std::string_view uid, std::string_view user) {
  std::string out = "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":{";
  member(out, "uid", uid);
  out += ',';
  append_kind(out, "kind", subject);
  out += ',';
  append_resource(out, "resource", subject);
  out += ',';
  append_kind(out, "requestKind", subject);
  out += ',';
  append_resource(out, "requestResource", subject);
  optional_member(out, "name", subject.name);
  optional_member(out, "namespace", subject.name_space);
  out += ',';
  member(out, "operation", to_string(subject.operation));
  out += ",\"userInfo\":{";
  member(out, "username", user);
  out += '}';
  value_or_null(out, "object", subject.object);
  value_or_null(out, "oldObject", subject.old);
  return out + ",\"dryRun\":false,\"options\":null}}\n";
}

}  // namespace portreeve::kube
