#pragma once

// Writes objects of our own group.

#include <string>
#include <string_view>

#include "core/document_builder.h"
#include "core/json.h"
#include "guard/inventory.h"
#include "policies/repository_group.h"

namespace portreeve::guard {

/// Writes one made object. What cannot be written (a limit) leaves it without the rest, and the
/// document is then refused as a whole: Subject::object stays absent.
class Maker {
 public:
  explicit Maker(std::string_view kind) : builder_("", json::review_limits(), nullptr) {
    made_.subject.door = Door::guard;
    made_.subject.group = std::string(policies::kRepositoryGroup);
    made_.subject.resource_group = made_.subject.group;
    made_.subject.version = "v1alpha1";
    made_.subject.kind = std::string(kind);
    begin();
    text("apiVersion", made_.subject.group + "/" + made_.subject.version);
    text("kind", kind);
  }

  void begin() { note(builder_.begin_object(0)); }
  void begin(std::string_view key) {
    note(builder_.key(0, key));
    begin();
  }
  void end() { note(builder_.end()); }
  void end_list() { end(); }
  void begin_list(std::string_view key) {
    note(builder_.key(0, key));
    note(builder_.begin_array(0));
  }
  void text(std::string_view key, std::string_view value) {
    note(builder_.key(0, key));
    note(builder_.string(0, value));
  }
  void element(std::string_view value) { note(builder_.string(0, value)); }
  void copy(std::string_view key, const Value& value) {
    note(builder_.key(0, key));
    note(builder_.copy(value));
  }
  void name(std::string_view name) {
    note(builder_.key(0, "metadata"));
    begin();
    text("name", name);
    end();
    made_.subject.name = std::string(name);
  }
  void origin(std::string pointer, Origin origin) {
    made_.origins.emplace(std::move(pointer), std::move(origin));
  }

  MadeObject finish(std::string label) {
    end();
    made_.subject.called = label;
    made_.label = std::move(label);
    Result<DocumentPtr> document = fine_ ? builder_.finish() : Result<DocumentPtr>(DocumentPtr());
    if (document.ok() && document.value() != nullptr) {
      made_.subject.document = document.value();
      made_.subject.object = made_.subject.document->root();
    }
    return std::move(made_);
  }

 private:
  void note(const Outcome& outcome) { fine_ = fine_ && outcome.ok(); }

  MadeObject made_;
  DocumentBuilder builder_;
  bool fine_ = true;
};

}  // namespace portreeve::guard
