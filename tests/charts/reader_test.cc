#include "charts/reader.h"

#include <gtest/gtest.h>

#include "tests/charts/chart_text.h"

namespace portreeve::charts {
namespace {

std::string faults_of_chart_yaml(const std::string& text) {
  return faults(read_files({{"Chart.yaml", text}}));
}

TEST(ChartYaml, WhatIsRead) {
  const Reading reading = read_files(
      {{"Chart.yaml",
        "apiVersion: v2\nname: bp-x\nversion: 1.2.0\nappVersion: \"v3\"\nkubeVersion: '>=1.25'\n"
        "annotations: {a: \"true\"}\ndependencies:\n- {name: dep, version: ~1.0.0, repository: "
        "'oci://r', alias: d, condition: d.enabled, tags: [t]}\n"}});
  EXPECT_EQ(faults(reading), "");
  const Chart& chart = *reading.chart;
  EXPECT_EQ(chart.app_version, "v3");
  ASSERT_EQ(chart.dependencies.size(), 1U);
  EXPECT_EQ(chart.dependencies[0].alias, "d");
  EXPECT_EQ(chart.dependencies[0].tags, std::vector<std::string>{"t"});
  EXPECT_EQ(chart.dependencies[0].entry.position().line, 8U);
  EXPECT_EQ(chart.annotation("a").text(), "true");
}

TEST(ChartYaml, WhatHelmReadsOtherwise) {
  struct Case {
    std::string text, want;
  };
  const std::string head = "apiVersion: v2\nname: bp-x\nversion: 1.0.0\n";
  for (const Case& c : std::initializer_list<Case>{
           {head + "version: 2.0.0\n", "Chart.yaml:4:1: key \"version\" repeated\n"},
           {head + "Version: 2.0.0\n",
            "Chart.yaml:4:1: key \"Version\": Helm takes it for version, other readers do not; "
            "write version\n"},
           {head + "dependencieſ: []\n",
            "Chart.yaml:4:1: key \"dependencieſ\": Helm takes it for dependencies, other readers "
            "do not; write dependencies\n"},
           {head + "dependencies:\n- {Name: a, name: b}\n",
            "Chart.yaml:5:4: key \"Name\": Helm takes it for name, other readers do not; write "
            "name\n"},
           {head + "annotations: &a {x: \"true\"}\n",
            "Chart.yaml:4:14: anchors and aliases are not read here; write the value out\n"},
           {head + "type: !!str application\n",
            "Chart.yaml:4:7: tags are not read here; write the value in quotes\n"},
           {"\xEF\xBB\xBF" + head, "Chart.yaml:1:1: byte order mark before the text\n"},
           {head + "---\nname: other\n", "Chart.yaml:5:1: a second document; expected one\n"},
           {"apiVersion: v2\nname: bp-x\nversion: 1.10\n",
            "Chart.yaml:3:10: version: a number, which Helm rewrites into a text; write \"1.10\" "
            "in quotes\n"},
           {"apiVersion: v2\nname: ..\nversion: 1.0.0\n",
            "Chart.yaml:2:7: name \"..\": expected letters, digits, '.', '_' and '-', and neither "
            "\".\" nor \"..\"\n"},
           {"apiVersion: v2\nname: a/b\nversion: 1.0.0\n",
            "Chart.yaml:2:7: name \"a/b\": expected letters, digits, '.', '_' and '-', and neither "
            "\".\" nor \"..\"\n"},
           {"apiVersion: v2\nname: bp-x\n", "Chart.yaml:1:1: version is missing\n"},
           {"apiVersion: v2\nname: bp-x\nversion: \"1.0\\u001b[2J\"\n",
            "Chart.yaml:3:10: version \"1.0\\u{001B}[2J\" is no SemVer version\n"},
           {"apiVersion: v3\nname: bp-x\nversion: 1.0.0\n",
            "Chart.yaml:1:13: apiVersion \"v3\": expected v1 or v2\n"},
           {head + "type: operator\n",
            "Chart.yaml:4:7: type \"operator\": expected application or library\n"},
           {head + "dependencies: {a: b}\n",
            "Chart.yaml:4:15: dependencies: expected a list, found object\n"},
           {head + "dependencies: [null]\n",
            "Chart.yaml:4:16: dependencies: expected a map with name and version, found null\n"},
           {head + "dependencies: [{name: a}, {name: b, alias: a}]\n",
            "Chart.yaml:4:27: two dependencies are called \"a\"\n"},
           {head + "dependencies: [{name: a, alias: 'a b'}]\n",
            "Chart.yaml:4:33: alias \"a b\": expected letters, digits, '_' and '-'\n"},
           {head + "annotations: [a]\n", "Chart.yaml:4:14: annotations: expected a map\n"},
           {"[]\n", "Chart.yaml:1:1: expected a map with apiVersion, name and version\n"},
           {head + "appVersion: 1.10\n",
            "Chart.yaml:4:13: appVersion: a number, which Helm rewrites into a text; write "
            "\"1.10\" in quotes\n"}}) {
    EXPECT_EQ(faults_of_chart_yaml(c.text), c.want) << c.text;
  }
}

TEST(ChartFolder, RequirementsReplaceDependencies) {
  const Reading v1 =
      read_files({{"Chart.yaml", "apiVersion: v1\nname: x\nversion: 1.0.0\n"},
                  {"requirements.yaml", "dependencies: [{name: dep, version: 1.0.0}]\n"},
                  {"requirements.lock", "digest: sha256:00\ndependencies: []\n"}});
  EXPECT_EQ(faults(v1), "");
  EXPECT_EQ(v1.chart->dependencies_file, "requirements.yaml");
  EXPECT_EQ(v1.chart->dependencies.size(), 1U);
  EXPECT_EQ(v1.chart->lock_file, "requirements.lock");
  EXPECT_EQ(faults(read_files(
                {{"Chart.yaml", chart_yaml("x")}, {"requirements.yaml", "dependencies: []\n"}})),
            "requirements.yaml: beside a Chart.yaml of apiVersion v2: Helm takes its dependencies "
            "instead; write them into Chart.yaml\n");
}

TEST(ChartFolder, Values) {
  const auto values = [](const std::string& text) {
    return read_files({{"Chart.yaml", chart_yaml("x")}, {"values.yaml", text}});
  };
  EXPECT_EQ(values("").chart->values, nullptr);
  EXPECT_FALSE(values("# nothing\n").chart->values_unread);
  EXPECT_EQ(faults(values("- a\n")), "values.yaml:1:1: expected a map, found array\n");
  EXPECT_EQ(faults(values("a: 1\na: 2\n")), "values.yaml:2:1: key \"a\" repeated\n");
  EXPECT_TRUE(values("a: 1\na: 2\n").chart->values_unread);
  EXPECT_FALSE(values("a: 1\na: 2\n").refused());
  EXPECT_EQ(
      faults(values("a: 1\n---\na: 2\n")),
      "values.yaml:3:1: a second document: some versions of Helm merge it, others leave it out\n");
  EXPECT_EQ(faults(values("a: {\n")).rfind("values.yaml:", 0), 0U);
}

TEST(ChartFolder, HelmIgnoreSeparatesSourceFromPackage) {
  MemoryFiles::Map files = {
      {"Chart.yaml", chart_yaml("x")},      {".helmignore", "secret/\n*.bak\ncharts/old\n"},
      {"templates/a.yaml", "kind: A\n"},    {"templates/a.yaml.bak", "kind: B\n"},
      {"templates/.hidden", "kind: C\n"},   {"secret/deep/key", "x"},
      {"charts/old/Chart.yaml", "no chart"}};
  const Reading source = read_files(files);
  EXPECT_EQ(faults(source), "");
  EXPECT_EQ(source.chart->templates.size(), 1U);
  EXPECT_EQ(source.chart->ignored,
            (std::vector<std::string>{"charts/old/", "secret/", "templates/.hidden",
                                      "templates/a.yaml.bak"}));
  // The same files in a package are all loaded.
  EXPECT_EQ(read_files(files, Form::package).chart->templates.size(), 3U);
  files[".helmignore"] = "**\n";
  EXPECT_EQ(faults(read_files(files)), ".helmignore:1:1: \"**\": Helm does not know '**'\n");
  files[".helmignore"] = "Chart.yaml\n";
  EXPECT_EQ(faults(read_files(files)), "Chart.yaml: is missing\n");
}

class Linked final : public FileSource {
 public:
  explicit Linked(FolderEntry::Type type) : type_(type) {}
  std::vector<FolderEntry> list() const override {
    return {{"Chart.yaml", FolderEntry::Type::file, 40}, {"Chart.lock", type_, 0}};
  }
  Result<std::string> read(const std::string&) const override { return chart_yaml("x"); }

 private:
  FolderEntry::Type type_;
};

TEST(ChartFolder, LinksAreNotFollowed) {
  EXPECT_EQ(
      faults(read_folder(Linked(FolderEntry::Type::symbolic_link), Form::source, nullptr)),
      "Chart.lock: a symbolic link: Helm follows it out of the chart; put the file itself there\n");
  EXPECT_EQ(faults(read_folder(Linked(FolderEntry::Type::other), Form::source, nullptr)),
            "Chart.lock: neither a file nor a folder\n");
}

TEST(ChartFolder, WhatLiesBelowCharts) {
  const Reading reading =
      read_files({{"Chart.yaml", chart_yaml("x")},
                  {"charts/_skipped/x", "1"},
                  {"charts/.skipped", "1"},
                  {"charts/dep-1.0.0.tgz.prov", "signed"},
                  {"charts/dep-1.0.0.tgz",
                   package({{"dep/Chart.yaml", chart_yaml("dep")},
                            {"dep/charts/deep/Chart.yaml", chart_yaml("deep", "0.1.0")}})},
                  {"charts/plain/Chart.yaml", chart_yaml("plain")}});
  EXPECT_EQ(faults(reading), "");
  ASSERT_EQ(reading.chart->subcharts.size(), 2U);
  EXPECT_EQ(reading.chart->subcharts[0]->subcharts[0]->name, "deep");
  EXPECT_EQ(
      faults(read_files({{"Chart.yaml", chart_yaml("x")}, {"charts/README.md", "# read me"}})),
      "charts/README.md: a file directly below charts/: Helm takes it for a subchart without "
      "Chart.yaml and fails\n");
  EXPECT_EQ(faults(read_files({{"Chart.yaml", chart_yaml("x")}, {"charts/a.tgz", "no archive"}})),
            "charts/a.tgz: not a gzip file, as a chart package is\n");
  EXPECT_EQ(faults(read_files({{"Chart.yaml", chart_yaml("x")}, {"charts/a/values.yaml", ""}})),
            "charts/a/Chart.yaml: is missing\n");
}

TEST(ChartFolder, PathsAreWrittenPlainly) {
  EXPECT_EQ(faults(read_files({{"Chart.yaml", chart_yaml("x")}, {"templates/../../x", ""}})),
            "templates/../../x: tar: path \"templates/../../x\": absolute, or with empty, '.' or "
            "'..' components\n");
  EXPECT_EQ(
      faults(read_files(
          {{"Chart.yaml", chart_yaml("x")}, {"templates/A.yaml", "a"}, {"templates/a.yaml", "b"}})),
      "templates/a.yaml: another file differs in the case of letters only\n");
}

TEST(ChartFolder, PackedBytes) {
  const Reading small = read_files({{"Chart.yaml", chart_yaml("x")}});
  EXPECT_FALSE(small.chart->packed_exact);
  const Reading large =
      read_files({{"Chart.yaml", chart_yaml("x")}, {"files/a", std::string(1 << 20, 'a')}});
  EXPECT_TRUE(large.chart->packed_exact);
  EXPECT_LT(large.chart->packed_bytes, 20'000U);
}

}  // namespace
}  // namespace portreeve::charts
