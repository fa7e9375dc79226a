// Memory that runs out on the thread that asks for evidence: the n-th allocation fails, for every
// n.

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include "core/json.h"
#include "engine/engine.h"
#include "policies/policy_set.h"
#include "tests/engine/rig.h"

namespace {

// Allocations of this thread until one fails; negative: none does.
thread_local long allowed = -1;

void* allocate(std::size_t size) {
  if (allowed == 0) {
    allowed = -1;
    throw std::bad_alloc();
  }
  if (allowed > 0) --allowed;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

// Not inlined: where only one half of a pair is, GCC takes the pair for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) { return allocate(size); }
[[gnu::noinline]] void* operator new[](std::size_t size) { return allocate(size); }
// std::stable_sort asks so, and gives back by the ordinary delete.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return allocate(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace portreeve::engine {
namespace {

using testing::FakeProvider;
using testing::Rig;
namespace act = testing::act;

// Whether the n-th allocation came. `work` runs with it failing.
template <class F>
bool fails_at(long nth, F work) {
  allowed = nth;
  work();
  const bool struck = allowed < 0;
  allowed = -1;
  return struck;
}

// A rule that waits for evidence that is never found: whatever fails on the way, the answer comes
// once, and is no allow.
TEST(Allocation, AssessAnswersOnceWhicheverOneFails) {
  policies::PolicySources sources;
  const std::string head = "apiVersion: portreeve.openova.io/v1alpha1\n";
  sources.files.push_back(
      {"p.yaml", head + "kind: ArtifactRule\nmetadata: {name: a}\nspec:\n"
                        "  match: {objects: [{group: example.org, kinds: [Thing]}]}\n"
                        "  rows: [{reference: object.ref}]\n---\n" + head +
                     "kind: Policy\nmetadata: {name: p}\nspec:\n  description: d\n"
                     "  match: {artifacts: ['**']}\n"
                     "  rules: [{name: r, message: m, fix: f, check: blueprint-reference, with: {}}]\n"});
  auto set = policies::PolicySet::load(std::move(sources));
  ASSERT_TRUE(set.ok()) << set.error().message;
  auto subject = std::make_shared<Subject>();
  subject->group = "example.org";
  subject->version = "v1";
  subject->kind = "Thing";
  subject->name = "n";
  subject->document = json::parse(R"({"ref":"registry.test/a:1.0"})", json::review_limits(), nullptr).value();
  subject->object = subject->document->root();
  long struck_in_all = 0;
  bool limited = false;
  for (long nth = 0;; ++nth) {
    SCOPED_TRACE(nth);
    ASSERT_LT(nth, 10'000);
    auto fake = std::make_shared<FakeProvider>("artifact");
    fake->otherwise([](const FakeProvider&, StepRequest, Reply reply) {
      reply(Absent{Error{Errc::not_found, "none"}});
    });
    Rig rig({fake});
    Gatherer gatherer(rig.flights().shared_from_this());
    const Engine engine({set.value(), &rig.clock(), &gatherer});
    std::promise<Assessment> promise;
    std::atomic<int> calls{0};
    Engine::Done done = [&](Assessment assessment) {
      if (++calls == 1) promise.set_value(std::move(assessment));
    };
    std::shared_ptr<const Subject> given = subject;
    const Deadline deadline = Deadline::in(Milliseconds(100), rig.clock());
    const bool struck =
        fails_at(nth, [&] { engine.assess(std::move(given), deadline, std::move(done)); });
    if (struck) rig.clock().advance(Milliseconds(100));
    const Verdict verdict = promise.get_future().get().verdict;
    EXPECT_NE(verdict.decision, Decision::allow);
    for (const Finding& finding : verdict.findings) {
      if (finding.rule == "gate/limit") limited = limited || finding.message == "out of memory";
    }
    rig.threads().shutdown();
    EXPECT_EQ(calls, 1);
    if (!struck) {
      EXPECT_EQ(verdict.decision, Decision::deny) << "nothing failed: there is no such artifact";
      break;
    }
    ++struck_in_all;
  }
  EXPECT_GT(struck_in_all, 20) << "the loop struck something";
  EXPECT_TRUE(limited) << "what failed is said to be memory";
}

TEST(Allocation, GatherAnswersOnceWhicheverOneFails) {
  for (long nth = 0;; ++nth) {
    SCOPED_TRACE(nth);
    ASSERT_LT(nth, 10'000);
    auto fake = std::make_shared<FakeProvider>();
    fake->script("a", {act::ask(fake->keys({"b", "c"})), act::fact("a")})
        .script("b", {act::fact("b")})
        .script("c", {act::absent(Errc::not_found, "none")});
    Rig rig({fake});
    const std::vector<Key> keys = fake->keys({"a", "b"});
    std::promise<EvidenceMap> promise;
    std::atomic<int> calls{0};
    const Gatherer gatherer(rig.flights().shared_from_this());
    const Gatherer::Done done = [&](EvidenceMap evidence) {
      if (++calls == 1) promise.set_value(std::move(evidence));
    };
    Gatherer::Done copy = done;
    const Deadline deadline = Deadline::in(Milliseconds(100), rig.clock());
    const bool struck = fails_at(nth, [&] { gatherer.gather(keys, deadline, std::move(copy)); });
    rig.clock().advance(Milliseconds(100));  // What lost its way is answered by the deadline.
    const EvidenceMap got = promise.get_future().get();
    for (const auto& [about, piece] : got) {
      const auto* fact = std::get_if<Fact>(&piece);
      if (fact == nullptr) continue;
      EXPECT_EQ(testing::text_of(*fact), about.artifact);
    }
    rig.threads().shutdown();
    EXPECT_EQ(calls, 1);
    if (!struck) break;
  }
}

}  // namespace
}  // namespace portreeve::engine
