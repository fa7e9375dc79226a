// Packages that must not be read, each with its reason (reference oci-helm §1.9, §3.3).

#include <gtest/gtest.h>

#include "tests/charts/chart_text.h"

namespace portreeve::charts {
namespace {

const std::string kEnd(1024, '\0');

std::string refused(const std::string& bytes) {
  const Reading reading = read_package(bytes, nullptr);
  EXPECT_TRUE(reading.refused());
  return faults(reading);
}

std::string of_tar(const std::string& entries) { return refused(gzip(entries + kEnd)); }

const std::string kChart = oci::tar_entry("bp-x/Chart.yaml", chart_yaml("bp-x"));

TEST(Package, WhatHelmMakes) {
  const Reading reading = read_package(
      package({{"bp-x/Chart.yaml", chart_yaml("bp-x", "1.2.0")},
               {"bp-x/values.yaml", "a: 1\n"},
               {"bp-x/templates/a.yaml", "kind: A\n"},
               {"bp-x/charts/dep/Chart.yaml", chart_yaml("dep")},
               {"bp-x/charts/dep/templates/b.yaml", "kind: B\n"},
               {"bp-x/charts/zip-1.0.0.tgz", package({{"zip/Chart.yaml", chart_yaml("zip")}})}}),
      nullptr);
  EXPECT_EQ(faults(reading), "");
  ASSERT_NE(reading.chart, nullptr);
  EXPECT_EQ(reading.chart->form, Form::package);
  EXPECT_EQ(reading.chart->version, "1.2.0");
  ASSERT_EQ(reading.chart->subcharts.size(), 2U);
  EXPECT_EQ(reading.chart->subcharts[0]->place, "charts/dep");
  EXPECT_EQ(reading.chart->subcharts[1]->path_of("Chart.yaml"), "charts/zip-1.0.0.tgz:Chart.yaml");
  ASSERT_EQ(reading.chart->templates.size(), 1U);
}

TEST(Package, PathsThatLeaveTheChart) {
  EXPECT_EQ(
      of_tar(kChart + oci::tar_entry("bp-x/../../etc/passwd", "x")),
      "tar: path \"bp-x/../../etc/passwd\": absolute, or with empty, '.' or '..' components\n");
  EXPECT_EQ(of_tar(oci::tar_entry("/bp-x/Chart.yaml", "x")),
            "tar: path \"/bp-x/Chart.yaml\": absolute, or with empty, '.' or '..' components\n");
  EXPECT_EQ(of_tar(oci::tar_entry("bp-x\\Chart.yaml", "x")),
            "tar: path \"bp-x\\Chart.yaml\": control character or backslash\n");
  EXPECT_EQ(of_tar(oci::tar_entry("bp-x/a\nb", "x")),
            "tar: path \"bp-x/a\\u{000A}b\": control character or backslash\n");
  EXPECT_EQ(
      of_tar(oci::tar_entry("./bp-x/Chart.yaml", "x")),
      "\"./bp-x/Chart.yaml\": Helm reads such a path differently; expected \"bp-x/Chart.yaml\"\n");
  EXPECT_EQ(of_tar(oci::tar_entry("bp-x/a\xff", "x")),
            "tar: path \"bp-x/a\\u{FFFD}\": not UTF-8\n");
}

TEST(Package, WhatIsNoPlainFile) {
  EXPECT_EQ(of_tar(kChart + oci::tar_header("bp-x/link", 0, '2')),
            "\"bp-x/link\": a symbolic link\n");
  EXPECT_EQ(of_tar(kChart + oci::tar_header("bp-x/Chart.lock", 0, '2')),
            "\"bp-x/Chart.lock\": a symbolic link\n");
  EXPECT_EQ(of_tar(kChart + oci::tar_header("bp-x/hard", 0, '1')), "\"bp-x/hard\": a hard link\n");
  EXPECT_EQ(of_tar(kChart + oci::tar_header("bp-x/null", 0, '3')), "\"bp-x/null\": a device\n");
  EXPECT_EQ(of_tar(kChart + oci::tar_header("bp-x/fifo", 0, '6')), "\"bp-x/fifo\": a device\n");
  EXPECT_EQ(of_tar(kChart + oci::tar_header("bp-x/sparse", 0, 'S')),
            "tar: an entry of a type that readers treat differently\n");
}

TEST(Package, OneChartInOneDirectory) {
  EXPECT_EQ(of_tar(kChart + oci::tar_entry("bp-y/Chart.yaml", chart_yaml("bp-y"))),
            "\"bp-y/Chart.yaml\": a second top directory beside \"bp-x\": Helm merges them\n");
  EXPECT_EQ(of_tar(oci::tar_entry("Chart.yaml", chart_yaml("bp-x"))),
            "\"Chart.yaml\": a file beside the chart's directory\n");
  EXPECT_EQ(of_tar(kChart + kChart), "\"bp-x/Chart.yaml\": is there twice\n");
  EXPECT_EQ(of_tar(kChart + oci::tar_entry("bp-x/a", "x") + oci::tar_entry("bp-x/a/b", "y")),
            "\"a\": is a file and a directory\n");
  EXPECT_EQ(of_tar(oci::tar_entry("other/Chart.yaml", chart_yaml("bp-x"))),
            "its directory is \"other\", its chart \"bp-x\"\n");
  EXPECT_EQ(of_tar(oci::tar_entry("bp-x/values.yaml", "a: 1")), "Chart.yaml: is missing\n");
  EXPECT_EQ(of_tar(""), "an archive without files\n");
}

TEST(Package, NotAnArchive) {
  EXPECT_EQ(refused(""), "not a gzip file, as a chart package is\n");
  EXPECT_EQ(refused(tar_of({{"bp-x/Chart.yaml", chart_yaml("bp-x")}})),
            "not a gzip file, as a chart package is\n");
  const std::string good = package({{"bp-x/Chart.yaml", chart_yaml("bp-x")}});
  EXPECT_EQ(refused(good + good), "gzip: bytes after the first member\n");
  EXPECT_EQ(refused(good + "x"), "gzip: bytes after the first member\n");
  EXPECT_EQ(refused(good.substr(0, good.size() - 4)), "gzip: ends in the middle\n");
  EXPECT_EQ(refused(gzip(kChart)), "tar: ends in the middle\n");
  EXPECT_EQ(refused(gzip(kChart + kEnd + kChart + kEnd)), "tar: bytes behind the archive's end\n");
}

TEST(Package, Bombs) {
  EXPECT_EQ(of_tar(kChart + oci::tar_entry("bp-x/big", std::string(6 << 20, 'a'))),
            "a file of 6291456 bytes; Helm takes 5242880\n");
  EXPECT_EQ(of_tar(kChart + oci::tar_header("bp-x/sparse", std::uint64_t{1} << 32)),
            "tar: an entry of 4294967296 bytes\n");
  std::string many = kChart;
  for (int i = 0; i < 10'000; ++i) many += oci::tar_header("bp-x/f" + std::to_string(i), 0);
  EXPECT_EQ(of_tar(many), "tar: more than 10000 entries\n");
  EXPECT_EQ(refused(std::string(21 << 20, 'x')), "a package of 22020096 bytes; at most 20971520\n");
  EXPECT_EQ(refused(gzip(kChart + oci::tar_entry("bp-x/zeros", std::string(5 << 20, '\0')) + kEnd)),
            "unpacks to more than 250 times its size\n");
}

TEST(Package, NestedWithoutEnd) {
  std::string inner = package({{"x/Chart.yaml", chart_yaml("x")}});
  for (int i = 0; i < 9; ++i)
    inner = package({{"x/Chart.yaml", chart_yaml("x")}, {"x/charts/x.tgz", inner}});
  const std::string text = refused(inner);
  EXPECT_NE(text.find("subcharts nested deeper than 8"), std::string::npos) << text;
}

TEST(Package, OutOfMemoryIsNoVerdictOnTheChart) {
  MemoryBudget budget(1000);
  const Reading reading = read_package(
      package({{"bp-x/Chart.yaml",
                chart_yaml("bp-x", "1.0.0", "description: " + std::string(5000, 'a') + "\n")}}),
      &budget);
  ASSERT_FALSE(reading.faults.empty());
  EXPECT_EQ(reading.faults[0].weight, Fault::Weight::unread);
  EXPECT_EQ(reading.chart, nullptr);
}

TEST(Package, CutAnywhereOrBitFlippedNeverReadsAsAnotherChart) {
  const std::string good =
      package({{"bp-x/Chart.yaml", chart_yaml("bp-x")}, {"bp-x/values.yaml", "a: 1\n"}});
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_TRUE(read_package(good.substr(0, size), nullptr).refused()) << size;
  }
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    const Reading reading = read_package(bad, nullptr);
    // What the header says beside the data (time, system) changes nothing.
    if (reading.refused()) continue;
    EXPECT_EQ(reading.chart->metadata->source(), chart_yaml("bp-x")) << bit;
  }
}

}  // namespace
}  // namespace portreeve::charts
