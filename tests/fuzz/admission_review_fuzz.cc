#include <string>
#include <variant>

#include "core/json.h"
#include "kube/admission_review.h"
#include "kube/write_review.h"
#include "tests/fuzz/fuzz.h"

namespace portreeve::fuzz {
namespace {

// Subresources and CONNECT carry kinds of their own, which write_review does not write.
void check_round_trip(const kube::Review& review, std::string_view text) {
  const Subject& subject = review.subject;
  if (!subject.subresource.empty() || subject.operation == Operation::connect) return;
  kube::ReviewOrError again =
      kube::read_review(kube::write_review(subject, review.uid, review.user), nullptr);
  const auto* read = std::get_if<kube::Review>(&again);
  check(read != nullptr, "what was judged is refused when it is written again", text);
  if (read == nullptr) return;
  check(read->uid == review.uid && read->user == review.user, "uid or user differs", text);
  check(read->subject.id() == subject.id(), "the subject differs", text);
  check(read->subject.operation == subject.operation, "the operation differs", text);
  check(kube::content_form(read->subject.object) == kube::content_form(subject.object),
        "the object differs", text);
  check(kube::content_form(read->subject.old) == kube::content_form(subject.old),
        "the old object differs", text);
}

void check_answer(const kube::BadReview& bad, std::string_view text) {
  check(!bad.error.message.empty(), "refused without a reason", text);
  if (bad.uid.empty()) return;
  kube::Answer answer;
  answer.uid = bad.uid;
  answer.message = bad.error.message;
  const auto document = json::parse(kube::write_answer(answer), json::review_limits(), nullptr);
  check(document.ok(), "the refusal is no JSON", text);
  if (!document.ok()) return;
  const Value response = document.value()->root()["response"];
  check(response["uid"].text() == bad.uid, "the refusal has another uid", text);
  check(response["allowed"].is_boolean() && !response["allowed"].boolean(), "allowed", text);
}

}  // namespace
}  // namespace portreeve::fuzz

// A review that may be judged survives being written and read again; one that may not can be
// answered under the uid that was read.
PORTREEVE_FUZZ_TARGET(admission_review) {
  using namespace portreeve;
  MemoryBudget budget(64 * 1024 * 1024);
  {
    const kube::ReviewOrError read = kube::read_review(std::string(text), &budget);
    if (const auto* review = std::get_if<kube::Review>(&read)) {
      fuzz::check_round_trip(*review, text);
    } else {
      fuzz::check_answer(std::get<kube::BadReview>(read), text);
    }
  }
  fuzz::check(budget.used() == 0, "memory is still counted", text);
}
