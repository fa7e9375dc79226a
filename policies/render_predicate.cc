#include "policies/render_predicate.h"

#include <charconv>

#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"

namespace portreeve::policies {
namespace {

constexpr std::string_view kStatement = "https://in-toto.io/Statement/v1";

/// Writes one object or list; members in the order of the calls.
class Writer {
 public:
  explicit Writer(std::string& out, char open, char close) : out_(out), close_(close) {
    out_ += open;
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { out_ += close_; }

  std::string& next(std::string_view key = {}) {
    if (!first_) out_ += ',';
    first_ = false;
    if (!key.empty()) {
      json::append_string(out_, key);
      out_ += ':';
    }
    return out_;
  }
  void text(std::string_view key, std::string_view value) { json::append_string(next(key), value); }
  void number(std::string_view key, std::uint64_t value) { next(key) += std::to_string(value); }
  void flag(std::string_view key, bool value) { next(key) += value ? "true" : "false"; }

 private:
  std::string& out_;
  const char close_;
  bool first_ = true;
};

std::size_t filled_in(const RenderFacts& facts) {
  std::size_t out = 0;
  for (const RenderedDocument& one : facts.documents) out += one.document != nullptr ? 1U : 0U;
  return out;
}

std::size_t unread_in(const RenderFacts& facts) {
  std::size_t out = 0;
  for (const RenderedDocument& one : facts.documents) out += one.unread.empty() ? 0U : 1U;
  return out;
}

void write_document(const RenderedDocument& document, Writer& list) {
  Writer out(list.next(), '{', '}');
  out.text("source", document.source);
  out.number("line", document.line);
  if (document.hook) out.flag("hook", true);
  if (!document.unread.empty()) {
    out.text("unread", document.unread);
  } else if (document.document == nullptr) {
    out.flag("empty", true);
  } else {
    const Value root = document.document->root();
    for (const char* const key : {"apiVersion", "kind"}) {
      if (root[key].is_string()) out.text(key, root[key].text());
    }
    for (const char* const key : {"name", "namespace"}) {
      const Value value = root["metadata"][key];
      if (value.is_string()) out.text(key, value.text());
    }
  }
}

void write_predicate(const RenderSubject& subject, const RenderFacts& facts, std::string& text) {
  Writer out(text, '{', '}');
  {
    Writer chart(out.next("chart"), '{', '}');
    chart.text("name", subject.name);
    chart.text("version", subject.version);
    chart.text("form", charts::to_string(subject.form));
    chart.text("digest", facts.chart.text());
  }
  {
    Writer helm(out.next("helm"), '{', '}');
    helm.text("version", facts.helm);
    helm.text("digest", facts.program.text());
    helm.flag("pinned", facts.pinned);
  }
  out.text("kubeVersion", facts.kube_version);
  out.text("release", "smoke-" + subject.name);
  const bool rendered = facts.outcome == RenderFacts::Outcome::rendered;
  out.text("outcome", rendered ? "rendered" : "failed");
  if (!rendered) out.text("reason", facts.reason);
  out.number("lines", facts.lines);
  out.number("packedBytes", facts.packed_bytes);
  out.number("filled", filled_in(facts));
  out.number("unread", unread_in(facts));
  {
    Writer documents(out.next("documents"), '[', ']');
    for (const RenderedDocument& one : facts.documents) write_document(one, documents);
  }
  Writer confinement(out.next("confinement"), '[', ']');
  for (const RenderFacts::Confinement& one : facts.confinement) {
    if (one.held) json::append_string(confinement.next(), one.name);
  }
}

Error refused(std::string_view field, std::string_view expected) {
  return Error{Errc::malformed,
               "render attestation: " + std::string(field) + ": expected " + std::string(expected)};
}

Result<std::string> text_of(const Value& value, std::string_view field) {
  if (!value.is_string()) return refused(field, "a text");
  return utf8::printable(value.text(), 2048);
}

Result<std::uint64_t> count_of(const Value& value, std::string_view field) {
  std::uint64_t out = 0;
  const std::string_view text = value.text();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (!value.is_number() || error != std::errc() || end != text.data() + text.size()) {
    return refused(field, "a count");
  }
  return out;
}

Result<Digest> digest_of(const Value& value, std::string_view field) {
  const Result<Digest> digest = Digest::parse(value.text());
  if (!value.is_string() || !digest.ok()) return refused(field, "sha256:…");
  return digest.value();
}

// A document that says what an attestation says of it.
Result<DocumentPtr> outline(const Value& said) {
  std::string text;
  {
    Writer out(text, '{', '}');
    for (const char* const key : {"apiVersion", "kind"}) {
      if (said[key].is_string()) out.text(key, said[key].text());
    }
    Writer metadata(out.next("metadata"), '{', '}');
    for (const char* const key : {"name", "namespace"}) {
      if (said[key].is_string()) metadata.text(key, said[key].text());
    }
  }
  return json::parse(std::move(text), {limits::kMiB, 8, 32}, nullptr);
}

Result<RenderedDocument> read_document(const Value& said) {
  if (!said.is_object()) return refused("documents", "a list of maps");
  RenderedDocument out;
  PORTREEVE_TRY(out.source, text_of(said["source"], "documents.source"));
  PORTREEVE_TRY(const std::uint64_t line, count_of(said["line"], "documents.line"));
  out.line = static_cast<std::uint32_t>(line);
  out.hook = said["hook"].boolean();
  if (said["unread"].present()) {
    PORTREEVE_TRY(out.unread, text_of(said["unread"], "documents.unread"));
    if (out.unread.empty()) return refused("documents.unread", "a reason");
  } else if (said["empty"].present()) {
    if (!said["empty"].is_boolean() || !said["empty"].boolean())
      return refused("documents.empty", "true");
  } else {
    PORTREEVE_TRY(out.document, outline(said));
  }
  return out;
}

Outcome read_documents(const Value& predicate, RenderFacts& out) {
  const Value documents = predicate["documents"];
  if (!documents.is_array()) return refused("documents", "a list");
  if (documents.size() > limits::kRenderDocuments) {
    return Error{Errc::limit, "render attestation: more than " +
                                  std::to_string(limits::kRenderDocuments) + " documents"};
  }
  for (const Value one : documents) {
    PORTREEVE_TRY(RenderedDocument document, read_document(one));
    out.documents.push_back(std::move(document));
  }
  // Said twice, so that neither a cut list nor a raised number goes unseen.
  PORTREEVE_TRY(const std::uint64_t filled, count_of(predicate["filled"], "filled"));
  PORTREEVE_TRY(const std::uint64_t unread, count_of(predicate["unread"], "unread"));
  if (filled != filled_in(out))
    return refused("filled", "as many as documents that hold something");
  if (unread != unread_in(out)) return refused("unread", "as many as documents that were not read");
  return Done{};
}

}  // namespace

std::string render_statement(const RenderSubject& subject, const RenderFacts& facts) {
  const bool package = subject.form == charts::Form::package;
  std::string out;
  {
    Writer statement(out, '{', '}');
    statement.text("_type", kStatement);
    {
      Writer subjects(statement.next("subject"), '[', ']');
      Writer one(subjects.next(), '{', '}');
      one.text("name", package ? subject.name + "-" + subject.version + ".tgz" : subject.name);
      Writer digest(one.next("digest"), '{', '}');
      digest.text("sha256", facts.chart.hex());
    }
    statement.text("predicateType", kRenderPredicate);
    write_predicate(subject, facts, statement.next("predicate"));
  }
  return out + "\n";
}

Result<RenderFacts> read_render_predicate(const Value& predicate) {
  if (!predicate.is_object()) return refused("predicate", "a map");
  RenderFacts out;
  out.origin = RenderFacts::Origin::attestation;
  const Value chart = predicate["chart"];
  PORTREEVE_TRY(const std::string form, text_of(chart["form"], "chart.form"));
  if (form != charts::to_string(charts::Form::package)) {
    return refused("chart.form",
                   "package: the render of a source tree says nothing about what was published");
  }
  PORTREEVE_TRY(out.chart, digest_of(chart["digest"], "chart.digest"));
  PORTREEVE_TRY(const std::string name, text_of(chart["name"], "chart.name"));
  PORTREEVE_TRY(const std::string release, text_of(predicate["release"], "release"));
  if (release != "smoke-" + name) return refused("release", "smoke- and the chart's name");
  PORTREEVE_TRY(out.helm, text_of(predicate["helm"]["version"], "helm.version"));
  PORTREEVE_TRY(out.program, digest_of(predicate["helm"]["digest"], "helm.digest"));
  if (!predicate["helm"]["pinned"].is_boolean()) return refused("helm.pinned", "true or false");
  out.pinned = predicate["helm"]["pinned"].boolean();
  PORTREEVE_TRY(out.kube_version, text_of(predicate["kubeVersion"], "kubeVersion"));
  PORTREEVE_TRY(const std::string outcome, text_of(predicate["outcome"], "outcome"));
  PORTREEVE_TRY(out.lines, count_of(predicate["lines"], "lines"));
  PORTREEVE_TRY(out.packed_bytes, count_of(predicate["packedBytes"], "packedBytes"));
  PORTREEVE_CHECK(read_documents(predicate, out));
  if (outcome == "failed") {
    out.outcome = RenderFacts::Outcome::failed;
    PORTREEVE_TRY(out.reason, text_of(predicate["reason"], "reason"));
    if (out.reason.empty()) return refused("reason", "why it failed");
    if (!out.documents.empty()) return refused("documents", "none of a render that failed");
  } else if (outcome != "rendered" || predicate["reason"].present()) {
    return refused("outcome", "rendered, or failed with a reason");
  }
  return out;
}

}  // namespace portreeve::policies
