#include "policies/mutation.h"

#include <algorithm>

#include "core/json.h"

namespace portreeve::policies {
namespace {

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

bool is_pattern(std::string_view key) noexcept {
  return key == "matches" || key == "not-matches";
}

void collect_members(const Value& list, const std::string& of, std::vector<Mutation>& out) {
  std::uint32_t index = 1;
  for (const Value member : list) {
    out.push_back({member, false, "member " + std::to_string(index++) + " of " + of + " removed"});
  }
}

// Keys, members of lists and patterns at any depth; a text of the policy's own is left alone.
void collect_parts(const Value& value, const std::string& of, std::vector<Mutation>& out) {
  for (const Value child : value) {
    if (!value.is_object()) {
      collect_parts(child, of, out);
      continue;
    }
    const std::string_view key = child.key().text();
    const std::string name = quoted(key) + " of " + of;
    out.push_back({child, false, "key " + name + " removed"});
    if (key == "literal") continue;
    if (is_pattern(key)) out.push_back({child, true, "pattern " + name + " replaced by .*"});
    if (child.is_array()) collect_members(child, name, out);
    collect_parts(child, of, out);
  }
}

void collect_requirement(const Value& requirement, std::vector<Mutation>& out) {
  collect_parts(requirement["with"], "with", out);
  for (const std::string_view join :
       {std::string_view("all"), std::string_view("any"), std::string_view("none")}) {
    const Value list = requirement[join];
    if (!list.is_array()) continue;
    collect_members(list, quoted(join), out);
    for (const Value member : list) collect_requirement(member, out);
  }
}

void collect_entries(const Value& list, const std::string& of, std::vector<Mutation>& out) {
  for (const Value entry : list) {
    std::string name = "entry ";
    if (entry.key().present()) {
      name += quoted(entry.key().text());
    } else if (entry.is_string()) {
      name += quoted(entry.text());
    } else {
      const Value word = entry["term"].present() ? entry["term"] : entry["host"];
      name += quoted(word.text());
      for (const std::string_view key : {"allowed", "in-prose", "groups"}) {
        collect_entries(entry[key], of + " " + name + ", " + std::string(key), out);
      }
    }
    out.push_back({entry, false, name + " of " + of + " removed"});
    if (entry.is_array()) collect_entries(entry, of + " " + name, out);
  }
}

void collect_fields(const Value& schema, std::vector<Mutation>& out) {
  for (const Value field : schema) {
    if (schema.is_object()) {
      out.push_back({field, false, "field " + quoted(field.key().text()) + " of schema removed"});
    }
    collect_fields(field, out);
  }
}

class Copier {
 public:
  Copier(const Mutation* mutation, const std::vector<Value>& dropped)
      : mutation_(mutation), dropped_(dropped), builder_("", json::review_limits(), nullptr) {}

  Result<DocumentPtr> run(const Value& root) {
    PORTREEVE_CHECK(copy(root));
    return builder_.finish();
  }

 private:
  bool gone(const Value& value) const {
    const auto same = [&](const Value& other) { return other.same_node(value); };
    return (mutation_ != nullptr && !mutation_->any_text && same(mutation_->target)) ||
           std::any_of(dropped_.begin(), dropped_.end(), same);
  }

  static bool holds(const Value& value, const Value& inner) noexcept {
    return inner.node_id() >= value.node_id() &&
           inner.node_id() < value.node_id() + value.node_count();
  }

  bool touched(const Value& value) const {
    return (mutation_ != nullptr && holds(value, mutation_->target)) ||
           std::any_of(dropped_.begin(), dropped_.end(),
                       [&](const Value& inner) { return holds(value, inner); });
  }

  Outcome copy(const Value& value) {
    if (mutation_ != nullptr && mutation_->target.same_node(value)) {
      return builder_.string(value.offset(), ".*");
    }
    if (!touched(value)) return builder_.copy(value);
    if (value.is_array()) {
      PORTREEVE_CHECK(builder_.begin_array(value.offset()));
    } else {
      PORTREEVE_CHECK(builder_.begin_object(value.offset()));
    }
    for (const Value child : value) {
      if (gone(child)) continue;
      if (value.is_object()) {
        PORTREEVE_CHECK(builder_.key(child.key().offset(), child.key().text()));
      }
      PORTREEVE_CHECK(copy(child));
    }
    return builder_.end();
  }

  const Mutation* mutation_;
  const std::vector<Value>& dropped_;
  DocumentBuilder builder_;
};

}  // namespace

std::vector<Mutation> mutations_of_match(const Policy& policy) {
  std::vector<Mutation> out;
  collect_parts(policy.document_root["spec"]["match"], "match", out);
  return out;
}

std::vector<Mutation> mutations_of_rule(const Rule& rule) {
  std::vector<Mutation> out;
  if (const Value when = rule.source["when"]; when.present()) {
    out.push_back({when, false, "when removed"});
    collect_parts(when, "when", out);
  }
  collect_requirement(rule.source, out);
  return out;
}

std::vector<Mutation> mutations_of_data(const Value& root, std::size_t most) {
  std::vector<Mutation> entries;
  const Value spec = root["spec"];
  for (const std::string_view kind : {"table", "list", "terms", "hosts"}) {
    collect_entries(spec[kind], std::string(kind), entries);
  }
  collect_entries(spec["dimension"]["codes"], "codes", entries);
  collect_entries(spec["dimension"]["not"], "not", entries);
  collect_fields(spec["schema"], entries);
  std::vector<Mutation> out;
  const std::size_t count = std::min(entries.size(), most);
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(std::move(entries[i * entries.size() / count]));
  }
  for (const std::string_view key : {"pattern", "unverified"}) {
    const Value pattern = spec["dimension"][key];
    if (pattern.present()) out.push_back({pattern, true, std::string(key) + " replaced by .*"});
  }
  return out;
}

Result<DocumentPtr> mutated(const Value& root, const Mutation* mutation,
                            const std::vector<Value>& dropped) {
  return Copier(mutation, dropped).run(root);
}

}  // namespace portreeve::policies
