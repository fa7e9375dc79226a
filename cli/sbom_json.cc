#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include "cli/sbom_report.h"
#include "core/json.h"

namespace portreeve::cli {
namespace {

using sbom::Text;

// Writes JSON in one pass; a million components do not stand in memory as text.
class Writer {
 public:
  explicit Writer(std::ostream& out) : out_(out) {}
  ~Writer() { flush(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void open(char bracket) {
    before();
    text_ += bracket;
    fresh_ = true;
  }
  void close(char bracket) {
    text_ += bracket;
    fresh_ = false;
    if (text_.size() > 64 * 1024) flush();
  }
  void key(std::string_view name) {
    before();
    json::append_string(text_, name);
    text_ += ':';
    fresh_ = true;
  }
  void string(std::string_view text) {
    before();
    json::append_string(text_, text);
  }
  void number(std::size_t number) {
    before();
    text_ += std::to_string(number);
  }
  void boolean(bool value) {
    before();
    text_ += value ? "true" : "false";
  }
  void line() { text_ += '\n'; }

  void member(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }
  void stated(std::string_view name, const Text& text) {
    if (text.absent()) return;
    key(name);
    if (text.has_value()) return string(text.view());
    open('{');
    member("stated", text.state() == sbom::Stated::none ? "none" : "no-assertion");
    close('}');
  }
  /// A list; nothing if it is empty.
  template <class Rows, class Each>
  void list(std::string_view name, const Rows& rows, const Each& each) {
    if (rows.empty()) return;
    key(name);
    open('[');
    for (const auto& row : rows) each(row);
    close(']');
  }
  template <class Fields>
  void object(const Fields& fields) {
    open('{');
    fields();
    close('}');
  }

 private:
  void before() {
    if (!fresh_) text_ += ',';
    fresh_ = false;
  }
  void flush() {
    out_ << text_;
    text_.clear();
  }
  std::ostream& out_;
  std::string text_;
  bool fresh_ = true;
};

class Report {
 public:
  Report(const SbomView& view, std::ostream& out)
      : view_(view), document_(view.document), json_(out) {}

  void run() {
    json_.object([&] {
      json_.member("schema", "portreeve.openova.io/sbom/v1");
      json_.member("file", view_.file);
      wrapping();
      document();
      json_.list("primary", document_.primary, [&](std::uint32_t index) { json_.number(index); });
      json_.list("components", document_.components,
                 [&](const sbom::Component& c) { component(c); });
      json_.list("edges", document_.edges, [&](const sbom::Edge& edge) { this->edge(edge); });
      json_.list("looseEnds", document_.loose_ends,
                 [&](const sbom::LooseEnd& end) { loose_end(end); });
      json_.list("licenceTexts", document_.licence_texts, [&](const sbom::LicenceText& row) {
        json_.object([&] {
          json_.stated("id", row.id);
          json_.stated("name", row.name);
          json_.stated("text", row.text);
        });
      });
      json_.list("vulnerabilities", document_.vulnerabilities,
                 [&](const auto& row) { vulnerability(row); });
      json_.list("annotations", document_.annotations, [&](const auto& row) { annotation(row); });
      json_.list("quality", view_.scores, [&](const ProfileScore& row) { quality(row); });
      json_.list("defects", document_.defects, [&](const auto& row) { defect(row); });
      if (document_.defects_left_out > 0) {
        json_.key("defectsLeftOut");
        json_.number(document_.defects_left_out);
      }
    });
    json_.line();
  }

 private:
  void wrapping() {
    const sbom::Unwrapped& wrapped = view_.wrapped;
    json_.list("wrappings", wrapped.wrappings,
               [&](sbom::Wrapping one) { json_.string(to_string(one)); });
    if (wrapped.predicate_type.empty()) return;
    json_.key("statement");
    json_.object([&] {
      json_.member("predicateType", wrapped.predicate_type);
      json_.key("verified");
      json_.boolean(false);
      json_.list("subjects", wrapped.subjects, [&](const sbom::SubjectDigest& subject) {
        json_.object([&] {
          json_.member("name", subject.name);
          json_.member("digest", subject.algorithm + ":" + subject.hex);
        });
      });
    });
  }

  void document() {
    json_.key("document");
    json_.object([&] {
      json_.member("format", to_string(document_.format));
      json_.stated("specVersion", document_.spec_version);
      json_.stated("id", document_.id);
      json_.stated("revision", document_.revision);
      json_.stated("name", document_.name);
      json_.stated("created", document_.created);
      json_.stated("dataLicence", document_.data_licence);
      json_.stated("tlp", document_.tlp);
      json_.stated("comment", document_.comment);
      json_.list("lifecycles", document_.lifecycles,
                 [&](const Text& text) { json_.string(text.view()); });
      agents("authors", document_.authors);
      agents("suppliers", document_.suppliers);
      json_.list("tools", document_.tools, [&](const sbom::Tool& tool) {
        json_.object([&] {
          json_.stated("vendor", tool.vendor);
          json_.stated("name", tool.name);
          json_.stated("version", tool.version);
        });
      });
      flag("saysSigned", document_.has_signature, false);
    });
  }

  void flag(std::string_view name, bool value, bool usual) {
    if (value == usual) return;
    json_.key(name);
    json_.boolean(value);
  }
  template <class Enum>
  void word(std::string_view name, Enum value, Enum usual) {
    if (value != usual) json_.member(name, to_string(value));
  }
  void index(std::string_view name, std::uint32_t row) {
    if (row == sbom::kNowhere) return;
    json_.key(name);
    json_.number(row);
  }

  void agents(std::string_view name, sbom::Range range) {
    json_.list(name, sbom::Document::rows(document_.agents, range), [&](const sbom::Agent& agent) {
      json_.object([&] {
        json_.member("kind", to_string(agent.kind));
        json_.stated("name", agent.name);
        json_.stated("email", agent.email);
        json_.stated("url", agent.url);
      });
    });
  }

  void component(const sbom::Component& c) {
    json_.object([&] {
      json_.stated("ref", c.ref);
      json_.member("element", to_string(c.element));
      word("kind", c.kind, sbom::Kind::unstated);
      json_.stated("group", c.group);
      json_.stated("name", c.name);
      json_.stated("version", c.version);
      json_.stated("versionRange", c.version_range);
      word("scope", c.scope, sbom::Scope::unstated);
      flag("primary", c.primary, false);
      flag("external", c.external, false);
      flag("contentsKnown", c.contents_known, true);
      index("parent", c.parent);
      word("dependencies", c.dependencies, sbom::Dependencies::unknown);
      lists(c);
      json_.stated("copyright", c.copyright);
    });
  }

  void lists(const sbom::Component& c) {
    json_.list("identifiers", document_.identifiers_of(c), [&](const sbom::Identifier& id) {
      json_.object([&] {
        json_.member("kind", to_string(id.kind));
        json_.stated("type", id.type);
        json_.stated("text", id.text);
      });
    });
    json_.list("hashes", document_.hashes_of(c), [&](const sbom::Hash& hash) {
      json_.object([&] {
        json_.member("algorithm", to_string(hash.algorithm));
        word("of", hash.subject, sbom::HashSubject::self);
        json_.stated("value", hash.value);
      });
    });
    json_.list("licences", document_.licences_of(c), [&](const sbom::Licence& licence) {
      json_.object([&] {
        json_.member("role", to_string(licence.role));
        json_.member("form", to_string(licence.form));
        json_.stated("text", licence.text);
      });
    });
    agents("suppliers", c.suppliers);
    agents("producers", c.producers);
    json_.list("links", document_.links_of(c), [&](const sbom::Link& link) {
      json_.object([&] {
        json_.member("kind", to_string(link.kind));
        json_.stated("type", link.type);
        json_.stated("uri", link.uri);
      });
    });
    json_.list("properties", document_.properties_of(c), [&](const sbom::Property& property) {
      json_.object([&] {
        json_.stated("name", property.name);
        json_.stated("value", property.value);
      });
    });
  }

  void edge(const sbom::Edge& edge) {
    json_.object([&] {
      index("from", edge.from);
      index("to", edge.to);
      json_.member("kind", to_string(edge.kind));
      word("scope", edge.scope, sbom::EdgeScope::unstated);
    });
  }

  void loose_end(const sbom::LooseEnd& end) {
    json_.object([&] {
      json_.member("reason", to_string(end.reason));
      json_.member("kind", to_string(end.kind));
      index("component", end.component);
      json_.stated("ref", end.ref);
    });
  }

  void vulnerability(const sbom::Vulnerability& row) {
    json_.object([&] {
      json_.stated("id", row.id);
      json_.stated("source", row.source);
      json_.stated("state", row.state);
      json_.stated("justification", row.justification);
      json_.list("ratings", sbom::Document::rows(document_.ratings, row.ratings),
                 [&](const sbom::Rating& rating) {
                   json_.object([&] {
                     json_.stated("source", rating.source);
                     json_.stated("severity", rating.severity);
                     json_.stated("score", rating.score);
                     json_.stated("method", rating.method);
                     json_.stated("vector", rating.vector);
                   });
                 });
      json_.list("affects", sbom::Document::rows(document_.affected, row.affects),
                 [&](const sbom::Affected& one) {
                   json_.object([&] {
                     json_.stated("ref", one.ref);
                     index("component", one.component);
                     json_.stated("version", one.version);
                     json_.stated("status", one.status);
                   });
                 });
    });
  }

  void quality(const ProfileScore& row) {
    json_.object([&] {
      json_.member("profile", row.profile->id);
      json_.key("score");
      json_.number(static_cast<std::size_t>(row.score));
      json_.list("fields", row.coverage.fields, [&](const sbom::FieldCoverage& field) {
        json_.object([&] {
          json_.member("field", field.field->field);
          json_.member("name", field.field->name);
          json_.key("stated");
          json_.number(field.stated);
          json_.key("of");
          json_.number(field.total);
        });
      });
    });
  }

  void annotation(const sbom::Annotation& row) {
    json_.object([&] {
      index("component", row.component);
      json_.stated("annotator", row.annotator);
      json_.stated("date", row.date);
      json_.stated("text", row.text);
    });
  }

  // The only ones with line and column: finding these takes a pass over the text.
  void defect(const sbom::Defect& row) {
    const Position position = document_.position(row.at);
    json_.object([&] {
      json_.member("kind", to_string(row.kind));
      json_.member("gravity", to_string(gravity_of(row.kind)));
      index("component", row.component);
      json_.key("line");
      json_.number(position.line);
      json_.key("column");
      json_.number(position.column);
      json_.member("message", row.message);
    });
  }

  const SbomView& view_;
  const sbom::Document& document_;
  Writer json_;
};

}  // namespace

void write_sbom_json(const SbomView& view, std::ostream& out) { Report(view, out).run(); }

}  // namespace portreeve::cli
