#include "policies/example_evidence.h"

#include <algorithm>

#include "charts/reader.h"
#include "core/inflate.h"
#include "core/json.h"
#include "core/reference.h"
#include "core/yaml.h"

namespace portreeve::policies {
namespace {

constexpr std::pair<std::string_view, Errc> kAbsences[] = {{"not-found", Errc::not_found},
                                                           {"unavailable", Errc::unavailable},
                                                           {"malformed", Errc::malformed}};
constexpr std::pair<std::string_view, charts::Form> kForms[] = {{"source", charts::Form::source},
                                                                {"package", charts::Form::package}};
constexpr std::pair<std::string_view, ChartPin::Kind> kPins[] = {
    {"blueprint", ChartPin::Kind::blueprint},
    {"kit", ChartPin::Kind::kit},
    {"seed", ChartPin::Kind::seed},
    {"umbrella", ChartPin::Kind::umbrella}};

Error says_so(Errc code) { return Error{code, "the example says so"}; }

Outcome read_pins(Fields& fields, ChartFacts& facts) {
  PORTREEVE_TRY(const Value pins, fields.maybe("pins", ValueType::array));
  facts.pins_known = pins.present();
  for (const Value entry : pins) {
    PORTREEVE_TRY(Fields pin, Fields::open(fields.source(), entry, "pins"));
    ChartPin out;
    PORTREEVE_TRY(const Value kind, pin.need("kind", ValueType::string));
    PORTREEVE_TRY(out.kind, read_word(fields.source(), kind, kPins));
    out.version = pin.take("version");
    out.file = std::string(kind.text()) + ".yaml";
    PORTREEVE_CHECK(pin.finish());
    facts.pins.push_back(std::move(out));
  }
  return Done{};
}

// As if its files took so much: nobody writes that into an example.
void pack(ChartFacts& facts, std::uint64_t bytes) {
  const charts::Chart& read = *facts.reading.chart;
  auto chart = std::make_shared<charts::Chart>();
  chart->form = read.form;
  chart->metadata = read.metadata;
  chart->name = read.name;
  chart->version = read.version;
  chart->packed_bytes = bytes;
  chart->packed_exact = true;
  facts.reading.chart = std::move(chart);
}

Outcome read_chart(const Source& source, const Value& value, ExampleEvidence& out) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "chart"));
  auto facts = std::make_shared<ChartFacts>();
  charts::Form form = charts::Form::source;
  if (const Value word = fields.take("form"); word.present()) {
    PORTREEVE_TRY(form, read_word(source, word, kForms));
  }
  PORTREEVE_TRY(const Value files, fields.need("files", ValueType::object));
  charts::MemoryFiles::Map map;
  for (const Value file : files) {
    if (!file.is_string()) return fields.error(file, "files: expected texts");
    map.emplace(file.key().text(), file.text());
  }
  PORTREEVE_TRY(facts->other_type, fields.maybe_text("type"));
  PORTREEVE_TRY(facts->tag, fields.maybe_text("tag"));
  PORTREEVE_TRY(out.chart_file, fields.maybe_text("file"));
  if (out.chart_file.empty()) out.chart_file = "chart/Chart.yaml";
  PORTREEVE_TRY(const std::uint64_t packed, fields.maybe_count("packed", 0));
  PORTREEVE_CHECK(read_pins(fields, *facts));
  PORTREEVE_CHECK(fields.finish());
  if (facts->other_type.empty()) {
    facts->reading = charts::read_folder(charts::MemoryFiles(std::move(map)), form, nullptr);
  }
  if (packed != 0 && facts->reading.chart != nullptr) pack(*facts, packed);
  out.chart = std::move(facts);
  return Done{};
}

// "---" documents of helm template; what is only comments is a document without content.
Outcome read_output(const Fields& fields, const Value& text, RenderFacts& render) {
  const std::string whole(text.text());
  Result<yaml::Stream> stream = yaml::parse_stream(whole, json::review_limits(), nullptr);
  if (!stream.ok()) return fields.error(text, "output: " + stream.error().message);
  for (const DocumentPtr& document : stream.value().documents) {
    render.documents.push_back({"chart/templates/example.yaml",
                                document->root().is_null() ? nullptr : document,
                                document->root().position().line, false});
  }
  render.lines = static_cast<std::uint64_t>(std::count(whole.begin(), whole.end(), '\n'));
  GzipCounter packed;
  packed.write(whole);
  render.packed_bytes = packed.finish();
  return Done{};
}

Outcome read_render(const Source& source, const Value& value, ExampleEvidence& out) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "render"));
  auto render = std::make_shared<RenderFacts>();
  PORTREEVE_TRY(const Value output, fields.maybe("output", ValueType::string));
  PORTREEVE_TRY(render->reason, fields.maybe_text("error"));
  if (const Value absent = fields.take("absent"); absent.present()) {
    PORTREEVE_TRY(const Errc code, read_word(source, absent, kAbsences));
    out.no_render = says_so(code);
  }
  PORTREEVE_CHECK(fields.finish());
  const int ways =
      int{output.present()} + int{!render->reason.empty()} + int{out.no_render.has_value()};
  if (ways != 1) return fields.error(value, "expected exactly one of output, error, absent");
  render->helm = "v3.18.4";
  if (!render->reason.empty()) render->outcome = RenderFacts::Outcome::failed;
  if (output.present()) PORTREEVE_CHECK(read_output(fields, output, *render));
  out.render = std::move(render);
  return Done{};
}

template <class T>
Fact fact_of(T value) {
  Fact fact;
  fact.provenance = "example";
  fact.value = std::make_shared<const std::any>(std::move(value));
  return fact;
}

ChartFacts placed(const ChartFacts& facts, const std::string& file, const Key& key) {
  ChartFacts out = facts;
  out.in_tree = key.artifact.compare(0, 5, "tree:") == 0;
  if (out.in_tree) {
    const std::size_t slash = file.rfind('/');
    out.folder = slash == std::string::npos ? "" : file.substr(0, slash);
    return out;
  }
  const Result<Reference> reference = Reference::parse(key.artifact, ShortNames::refuse);
  if (!reference.ok()) return out;
  out.repository = reference.value().name();
  if (out.tag.empty()) out.tag = reference.value().tag();
  return out;
}

}  // namespace

EvidenceOf ExampleEvidence::answers() const {
  if (!any()) return {};
  return [*this](const Key& key) -> Evidence {
    if (key.section == "sbom" && sboms != nullptr) return example_sboms_of(*sboms, key);
    if (key.section == "vulnerabilities" && vulnerabilities != nullptr) {
      return example_vulnerabilities_of(*vulnerabilities, key);
    }
    if (key.section == "chart" && chart != nullptr) return fact_of(placed(*chart, chart_file, key));
    if (key.section == "blueprint" && blueprint != nullptr) return fact_of(*blueprint);
    if (key.section == "render" && chart != nullptr) {
      if (no_render) return Absent{*no_render};
      if (render != nullptr) return fact_of(*render);
      RenderFacts none;
      none.outcome = RenderFacts::Outcome::skipped;
      return fact_of(std::move(none));
    }
    return Absent{all.value_or(says_so(Errc::not_found))};
  };
}

Result<ExampleEvidence> read_example_evidence(Fields& fields) {
  ExampleEvidence out;
  if (const Value evidence = fields.take("evidence"); evidence.present()) {
    PORTREEVE_TRY(const Errc found, read_word(fields.source(), evidence, kAbsences));
    out.all = says_so(found);
  }
  if (const Value blueprint = fields.take("blueprint"); blueprint.present()) {
    if (!blueprint.is_object()) return fields.error(blueprint, "blueprint: expected a map");
    auto fact = std::make_shared<BlueprintFact>();
    fact->object = blueprint;
    fact->where = "the example";
    out.blueprint = std::move(fact);
  }
  if (const Value chart = fields.take("chart"); chart.present()) {
    PORTREEVE_CHECK(read_chart(fields.source(), chart, out));
  }
  PORTREEVE_TRY(out.sboms, read_example_sboms(fields));
  PORTREEVE_TRY(out.vulnerabilities, read_example_vulnerabilities(fields));
  if (const Value render = fields.take("render"); render.present()) {
    if (out.chart == nullptr) return fields.error(render, "render: of which chart?");
    PORTREEVE_CHECK(read_render(fields.source(), render, out));
  }
  return out;
}

}  // namespace portreeve::policies
