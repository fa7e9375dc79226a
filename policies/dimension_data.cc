#include "policies/dimension_data.h"

#include <algorithm>

namespace portreeve::policies {
namespace {

constexpr std::string_view kUnverified = "[a-z][a-z0-9]{1,15}";  ///< Unless the dimension says more.

std::string place_of(std::string_view dimension, std::string_view key, std::string_view code) {
  std::string out(dimension);
  for (const std::string_view part : {key, code}) out.append(1, '\n').append(part);
  return out;
}

Result<Dimension::CodesBy> read_codes_by(const Source& source, std::string key, const Value& table,
                                         const Value& unverified) {
  Dimension::CodesBy out;
  out.key = std::move(key);
  if (unverified.present()) {
    Result<Pattern> pattern = Pattern::compile(unverified.text());
    if (!pattern.ok()) return source.error(unverified, pattern.error().message);
    out.unverified = std::move(pattern).value();
  }
  for (const Value entry : table) {
    if (entry.is_string() && entry.text() == "unverifiable") {
      out.table[std::string(entry.key().text())] = {};
      if (!out.unverified.has_value()) {
        PORTREEVE_TRY(out.unverified, Pattern::compile(kUnverified));
      }
      continue;
    }
    PORTREEVE_TRY(out.table[std::string(entry.key().text())],
                  read_texts(source, entry, "dimension.codes"));
  }
  return out;
}

// What a Shape may not be: words, and globs over the whole text.
Outcome reserve(const Source& source, const Value& where, const std::vector<std::string>& words,
                Dimension::Shape& shape) {
  for (const std::string& word : words) {
    Result<Glob> glob = Glob::compile(word);
    if (!glob.ok()) return source.error(where, "dimension.not: " + glob.error().message);
    if (glob.value().literal()) {
      shape.except.push_back(word);
    } else {
      shape.except_like.push_back(std::move(glob).value());
    }
  }
  return Done{};
}

}  // namespace

Result<Dimension> read_dimension(const Source& source, std::string name, const Value& value) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "dimension"));
  Dimension out;
  out.name = std::move(name);
  PORTREEVE_TRY(const std::string keyed_by, fields.maybe_text("keyed-by"));
  const Value codes = fields.take("codes");
  PORTREEVE_TRY(const Value unverified, fields.maybe("unverified", ValueType::string));
  PORTREEVE_TRY(const std::string pattern, fields.maybe_text("pattern"));
  PORTREEVE_TRY(const std::vector<std::string> except, fields.maybe_texts("not"));
  PORTREEVE_TRY(const std::string describe, fields.maybe_text("describe"));
  PORTREEVE_TRY(const bool number, fields.maybe_bool("number", false));
  PORTREEVE_CHECK(fields.finish());
  if ((codes.present() ? 1 : 0) + (pattern.empty() ? 0 : 1) + (number ? 1 : 0) != 1) {
    return source.error(value, "dimension: expected exactly one of codes, pattern, number");
  }
  if (!keyed_by.empty()) {
    if (!codes.is_object()) return source.error(value, "dimension: keyed-by needs a map of codes");
    PORTREEVE_TRY(out.kind, read_codes_by(source, keyed_by, codes, unverified));
  } else if (codes.present()) {
    PORTREEVE_TRY(std::vector<std::string> list, read_texts(source, codes, "dimension.codes"));
    out.kind = Dimension::Codes{std::move(list)};
  } else if (number) {
    out.kind = Dimension::Number{};
  } else {
    Result<Pattern> compiled = Pattern::compile(pattern);
    if (!compiled.ok()) return source.error(value["pattern"], compiled.error().message);
    Dimension::Shape shape{std::move(compiled).value(),
                           describe.empty() ? "text like " + pattern : describe, {}};
    PORTREEVE_CHECK(reserve(source, value["not"], except, shape));
    out.kind = std::move(shape);
  }
  return out;
}

namespace {

void add_codes(const std::string& dimension, std::string_view key,
               const std::vector<std::string>& more, const std::string& origin,
               std::vector<std::string>& codes, AddedCodes& added) {
  for (const std::string& code : more) {
    if (std::find(codes.begin(), codes.end(), code) != codes.end()) continue;
    codes.push_back(code);
    added.add(dimension, key, code, origin);
  }
}

}  // namespace

Outcome extend_dimension(const Source& source, Dimension& dimension, const Value& entries,
                         AddedCodes& added) {
  if (auto* by = std::get_if<Dimension::CodesBy>(&dimension.kind)) {
    if (!entries.is_object()) {
      return source.error(entries, "add: expected a map of codes, as the dimension has a key");
    }
    for (const Value entry : entries) {
      PORTREEVE_TRY(const std::vector<std::string> more, read_texts(source, entry, "add"));
      const std::string_view key = entry.key().text();
      add_codes(dimension.name, key, more, source.at(entry), by->table[std::string(key)], added);
    }
    return Done{};
  }
  if (std::holds_alternative<Dimension::Number>(dimension.kind)) {
    return source.error(entries, "Data \"" + dimension.name + "\" is any number: there is nothing to add");
  }
  PORTREEVE_TRY(const std::vector<std::string> more, read_texts(source, entries, "add"));
  if (auto* shape = std::get_if<Dimension::Shape>(&dimension.kind)) {
    return reserve(source, entries, more, *shape);
  }
  add_codes(dimension.name, "", more, source.at(entries),
            std::get<Dimension::Codes>(dimension.kind).codes, added);
  return Done{};
}

void AddedCodes::add(std::string_view dimension, std::string_view key, std::string_view code,
                     std::string origin) {
  origins_[place_of(dimension, key, code)] = std::move(origin);
}

std::string AddedCodes::origin_of(const ParsedName& name,
                                  const std::vector<Dimension>& dimensions) const {
  for (const NamePart& part : name.parts) {
    std::string_view key;
    for (const Dimension& dimension : dimensions) {
      const auto* by = std::get_if<Dimension::CodesBy>(&dimension.kind);
      if (by != nullptr && dimension.name == part.dimension) key = name[by->key];
    }
    const auto at = origins_.find(place_of(part.dimension, key, part.text));
    if (at != origins_.end()) return at->second;
  }
  return "";
}

}  // namespace portreeve::policies
