#pragma once

// What of a repository is judged: its objects, and the facts about all of it, as objects of our own
// group.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"
#include "core/subject.h"
#include "guard/tree.h"
#include "policies/policy_set.h"

namespace portreeve::guard {

/// One Kubernetes object of a file.
struct ObjectEntry {
  Subject subject;
  const TreeFile* file = nullptr;
  std::string fault;  ///< It cannot be a subject: "metadata: expected a map".
};

/// An object that a render printed, with the file that it is told at; nothing: it is none.
std::optional<ObjectEntry> rendered_object(const TreeFile& file, const DocumentPtr& document);

/// The objects of a parsed file, those of a List one by one.
std::vector<ObjectEntry> objects_of(const TreeFile& file);

/// Whether a document of a file called like one is a kustomization, not an object.
bool is_kustomization(const TreeFile& file, const Value& root);

/// "chart:name@version" of a parsed Chart.yaml, or "repo:PATH" where it has no name.
std::string chart_label(const TreeFile& chart);

/// Where a part of a made object comes from.
struct Origin {
  const TreeFile* file = nullptr;
  Value root;              ///< Of the file's own document; absent: a text.
  std::uint32_t line = 0;  ///< Of a text that is one line: which, and where in the file it begins.
  std::size_t begin = 0;
  std::string pointer{};  ///< Below `root`, where the part stands.
};

/// An object of our own group, and where its parts come from.
struct MadeObject {
  Subject subject;
  std::string label;  ///< The subject of its findings, unless they name another.
  std::map<std::string, Origin, std::less<>> origins;  ///< By pointer: "/blueprints/3/object".
};

/// "group/Kind" of the objects that rules about a Repository look up
/// (`object.objects['group/Kind']`).
std::set<std::string> kinds_looked_up(const policies::PolicySet& policies);

/// All charts, the objects of these kinds, and links to releases.
MadeObject make_repository(const std::vector<const TreeFile*>& files, const Layout& layout,
                           const std::set<std::string>& kinds);
MadeObject make_text_file(const TreeFile& file);
MadeObject make_template(const TreeFile& file);
MadeObject make_changed_lines(const TreeFile& file,
                              const std::vector<std::pair<std::uint32_t, std::uint32_t>>& lines);
MadeObject make_commit(const std::string& id, const std::string& message);
MadeObject make_pull_request(const std::string& text, const std::vector<std::string>& labels);
/// `before` may be null: the chart is new. `changed` are paths from the chart's folder.
MadeObject make_chart_change(const TreeFile& chart, const TreeFile* before,
                             const std::vector<std::string>& changed);
/// The object as member `manifest` of a Manifest: for rules about every object.
MadeObject make_manifest(const ObjectEntry& object);
/// The same of an object that a render printed; it stands in no file.
MadeObject make_rendered(const Value& object, const std::string& label);
/// The same of what a Crossplane Composition makes: the bases of its resources, those of pipeline
/// steps too, and the manifests in them (Object of provider-kubernetes).
std::vector<MadeObject> make_composed(const ObjectEntry& composition);
/// What a kustomization names, and whether that is there: `resources` of {name, state}, where state
/// is "there", "remote", or what is wrong. `is_there` is asked for files and folders by path.
MadeObject make_kustomization(const TreeFile& file,
                              const std::function<bool(const std::string&)>& is_there);

/// Turns a finding's path within a made object into a place: location, and the path within the
/// file's own document (none within a text).
void place_finding(const MadeObject& made, Finding& finding);
/// The same for an object of a file.
void place_finding(const ObjectEntry& object, Finding& finding);

/// The value that an RFC 6901 pointer names, or the last one on the way to it; then `exact` is
/// false.
Value resolve_pointer(const Value& root, std::string_view pointer, bool& exact);

}  // namespace portreeve::guard
