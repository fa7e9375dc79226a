// A path that is numbered selects what it selects when it is walked, in whatever object.

#include "policies/places.h"

#include <gtest/gtest.h>

#include <random>

#include "core/json.h"
#include "core/subject.h"
#include "policies/descents.h"
#include "policies/path.h"

namespace portreeve::policies {
namespace {

// Few names, so that paths and members meet; some share a mark, and one is empty.
const char* const kNames[] = {"a", "b", "c", "spec", "name", "", "a.b", "nxme", "specs"};

class Objects {
 public:
  explicit Objects(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t count) { return random_() % count; }
  std::string name() { return kNames[below(std::size(kNames))]; }

  std::string value(int depth) {
    const std::size_t kind = below(depth == 0 ? 4 : 8);
    switch (kind) {
      case 0: return "1";
      case 1: return "null";
      case 2: return "\"text\"";
      case 3: return "\"a\\u0062\"";
      case 4: return list(depth);
      default: return object(depth);
    }
  }
  std::string object(int depth) {
    std::string out;
    for (const char* const key : kNames) {
      if (below(2) == 0) continue;
      // A key with an escape stands in the pool, not in the source.
      const std::string written = std::string(key) == "a" && below(2) == 0 ? "\\u0061" : key;
      out += (out.empty() ? "" : ",") + ("\"" + written + "\":") + value(depth - 1);
    }
    return "{" + out + "}";
  }
  std::string list(int depth) {
    std::string out;
    for (std::size_t i = below(4); i > 0; --i) out += (out.empty() ? "" : ",") + value(depth - 1);
    return "[" + out + "]";
  }
  std::string path() {
    static const char* const kRoots[] = {"object", "object", "object", "old", "request", "$x"};
    std::string out = kRoots[below(std::size(kRoots))];
    for (std::size_t steps = 1 + below(4); steps > 0; --steps) {
      const std::size_t kind = below(12);
      if (kind == 0) {
        out += "[*]";
      } else if (kind == 1) {
        out += "[" + std::to_string(below(3)) + "]";
      } else if (kind == 2) {
        out += "..*";
      } else if (kind == 3) {
        out += std::string("..") + (below(2) == 0 ? "name" : "a");
      } else {
        out += "['" + name() + "']";
      }
    }
    return out;
  }

 private:
  std::mt19937 random_;
};

DocumentPtr parsed(const std::string& text) {
  Result<DocumentPtr> document = json::parse(text, json::review_limits(), nullptr);
  EXPECT_TRUE(document.ok()) << text;
  return document.ok() ? document.value() : nullptr;
}

std::string ids(const std::vector<Value>& values) {
  std::string out;
  for (const Value& value : values) out += std::to_string(value.node_id()) + " ";
  return out;
}

// What a path says in each of the ways in which it can be asked.
std::string said(const Path& path, const Scope& scope) {
  std::vector<Value> present;
  path.select_present(scope, {}, present);
  std::vector<Selected> selected;
  path.select(scope, {}, selected);
  std::string out = ids(present) + "|";
  for (const Selected& one : selected) {
    out += std::to_string(one.anchor.node_id()) + one.tail + (one.value.present() ? "+" : "-") + " ";
  }
  if (!path.many()) {
    const Value one = path.one(scope);
    out += one.present() ? "|" + std::to_string(one.node_id()) : "|absent";
  }
  return out;
}

TEST(PlacesTest, NumberedPathsSelectWhatWalkedPathsSelect) {
  std::size_t found = 0, absent = 0, nothing = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    Objects make(seed);
    PathIndex index;
    std::vector<std::pair<Path, Path>> paths;  // Walked, numbered.
    for (int i = 0; i < 40; ++i) {
      const std::string text = make.path();
      Result<Path> walked = Path::compile(text);
      Result<Path> numbered = Path::compile(text, &index);
      ASSERT_TRUE(walked.ok() && numbered.ok()) << text;
      paths.emplace_back(std::move(walked).value(), std::move(numbered).value());
    }
    index.close();
    const std::size_t members = index.size();
    for (int i = 0; i < 10; ++i) {  // A mutant's paths come when the index is closed.
      const std::string text = i == 0 ? "object..nxme" : i == 1 ? "object..specs" : make.path();
      Result<Path> walked = Path::compile(text);
      Result<Path> late = Path::compile(text, &index);
      ASSERT_TRUE(walked.ok() && late.ok()) << text;
      paths.emplace_back(std::move(walked).value(), std::move(late).value());
    }
    EXPECT_EQ(index.size(), members) << "a closed index has grown";

    const DocumentPtr object = parsed(make.object(4)), old = parsed(make.object(3));
    const DocumentPtr request = parsed(make.object(2)), third = parsed(make.object(3));
    Subject subject, stored;
    subject.object = object->root();
    subject.old = stored.object = old->root();
    subject.request = request->root();
    Subject other;
    other.object = third->root();
    Descents descents(&index);
    descents.find_places(subject.object);
    for (const Subject* judged : {&subject, &stored, &subject, &other}) {
      Scope plain;
      plain.subject = judged;
      plain.bindings.push_back({"x", object->root()["a"], Binding::kByPlace});
      Scope quick = plain;
      quick.descents = &descents;
      if (judged != &subject) descents.find_places(judged->object);
      EXPECT_EQ(descents.places(judged->object) != nullptr, judged != &other) << "two objects at most";
      const Places places(index, judged->object);
      for (const auto& [walked, numbered] : paths) {
        const std::string want = said(walked, plain);
        EXPECT_EQ(said(numbered, quick), want) << numbered.text() << ", seed " << seed;
        EXPECT_EQ(said(walked, quick), want) << numbered.text() << ", seed " << seed;
        ++(want.ends_with("|absent") ? absent : found);
        const PathIndex::Number needed = numbered.leads_through();
        if (needed == PathIndex::kNowhere || places.at(needed).present()) continue;
        std::vector<Value> present;
        walked.select_present(plain, {}, present);
        EXPECT_TRUE(present.empty()) << numbered.text() << ", seed " << seed;
        ++nothing;
      }
    }
  }
  EXPECT_GT(found, 10'000U);
  EXPECT_GT(absent, 10'000U);
  EXPECT_GT(nothing, 5'000U);
}

TEST(PlacesTest, AFullIndexLeavesPathsToBeWalked) {
  PathIndex index;
  for (std::size_t i = 1; i < PathIndex::kMost; ++i) {
    ASSERT_NE(index.add(PathIndex::kRoot, "m" + std::to_string(i)), PathIndex::kNowhere) << i;
  }
  EXPECT_EQ(index.add(PathIndex::kRoot, "one-more"), PathIndex::kNowhere);
  EXPECT_EQ(index.add(PathIndex::kNowhere, "m1"), PathIndex::kNowhere);
  const PathIndex::Number known = index.find(PathIndex::kRoot, "m17");
  EXPECT_EQ(known, 17);
  const Result<Path> path = Path::compile("object.one-more.a", &index);
  ASSERT_TRUE(path.ok());
  index.close();
  const DocumentPtr document = parsed(R"({"one-more":{"a":5},"m17":3})");
  Subject subject;
  subject.object = document->root();
  Descents descents(&index);
  descents.find_places(subject.object);
  Scope scope;
  scope.subject = &subject;
  scope.descents = &descents;
  EXPECT_EQ(path.value().one(scope).text(), "5");
  EXPECT_EQ(Places(index, subject.object).at(known).text(), "3");
}

}  // namespace
}  // namespace portreeve::policies
