#pragma once

#include <string>
#include <string_view>

#include "core/value.h"

namespace portreeve {

/// Where the bytes came in. Admission enforcement holds for `admission` and `review`.
enum class Door { admission, guard, audit };
enum class Operation { create, update, remove, connect };
/// What is judged. Everything but an object comes from a repository or a package, has no group and
/// no kind, and is matched by `match.paths` alone, against Subject::file.
enum class Nature {
  object,  ///< Of Kubernetes.
  chart,   ///< A Helm chart: `file` ends in "Chart.yaml", `object` is its parsed document.
  file,    ///< Any file, as text.
  text,    ///< Text that is no file: a pull request, commit messages.
};

std::string_view to_string(Door door) noexcept;
/// "CREATE", "UPDATE", "DELETE", "CONNECT", as in an AdmissionReview.
std::string_view to_string(Operation operation) noexcept;

/// One thing that is judged, with what the door knows about it. Values live in the documents that
/// the subject keeps alive. Made by a door; read-only afterwards.
struct Subject {
  Door door = Door::admission;
  Operation operation = Operation::create;
  Nature nature = Nature::object;
  std::string called;          ///< Instead of id()'s form: "chart:bp-x@1.2.0", "repo:docs/x.md".
  std::string group;           ///< "catalyst.openova.io"; "" for the core group.
  std::string version;         ///< "v1"
  std::string kind;            ///< "Blueprint"
  std::string resource;        ///< "blueprints"; empty where the door does not know it.
  std::string resource_group;  ///< Its group: differs from `group` for subresources such as /scale.
  std::string subresource;
  std::string name_space;  ///< Empty for cluster-scoped objects.
  std::string name;        ///< May be empty (deletecollection).
  std::string file;        ///< Repository path, when read from a file.

  DocumentPtr document;      ///< Owns object (and usually old and request).
  DocumentPtr old_document;  ///< Owns old, when it came from elsewhere.
  Value object;              ///< The object that would be stored; absent on DELETE.
  Value old;                 ///< The stored object; absent on CREATE.
  Value request;             ///< The AdmissionReview's request; absent outside admission.

  /// `called`, or "group/Kind/namespace/name" whose empty parts stay empty: the subject of every
  /// finding about it.
  std::string id() const {
    return called.empty() ? group + "/" + kind + "/" + name_space + "/" + name : called;
  }
};

}  // namespace portreeve
