#include "policies/schema.h"

#include <algorithm>
#include <string_view>

#include "policies/check.h"
#include "policies/condition.h"
#include "policies/document_kinds.h"
#include "policies/expression.h"

namespace portreeve::policies {
namespace {

std::string padded(std::string_view text, std::size_t width) {
  return std::string(text) + std::string(text.size() < width ? width - text.size() : 1, ' ');
}

// A '|' would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? "\\|" : std::string(1, c);
  return out;
}

std::string row(std::string_view first, std::string_view second) {
  return "| `" + cell(first) + "` | " + cell(second) + " |\n";
}

// Every condition is a parameter of `field`; they have a table of their own.
bool is_condition(const CheckType& type, const Parameter& parameter) {
  return type.name == "field" &&
         std::any_of(kPredicateTypes.begin(), kPredicateTypes.end(),
                     [&](const PredicateType& known) { return known.name == parameter.name; });
}

std::string parameter_list(const CheckType& type) {
  std::string out;
  for (const Parameter& parameter : type.parameters) {
    if (is_condition(type, parameter)) continue;
    out += (out.empty() ? "`" : "; `") + std::string(parameter.name) + "`" +
           (parameter.required ? " (required)" : "") + ": " + std::string(parameter.meaning);
  }
  return type.name == "field" ? out + "; and conditions" : out;
}

}  // namespace

std::string language_text() {
  std::string out = "Checks (a rule's `check`) and their parameters (`with`):\n";
  for (const CheckType& type : check_types()) {
    out += "\n  " + padded(type.name, 18) + std::string(type.meaning) + "\n";
    for (const Parameter& parameter : type.parameters) {
      if (is_condition(type, parameter)) continue;
      out += "    " + padded(parameter.name, 16) + std::string(parameter.meaning) +
             (parameter.required ? " (required)" : "") + "\n";
    }
    if (type.name == "field") out += "    and conditions, see below\n";
  }
  out += "\nConditions (in check field, and in `when`):\n\n";
  for (const PredicateType& type : kPredicateTypes) {
    out += "  " + padded(type.name, 22) + std::string(type.meaning) + "\n";
  }
  out += "\nComposed values (wherever a value is asked for):\n\n";
  for (const ValueForm& form : kValueForms) {
    out += "  " + padded(form.usage, 26) + std::string(form.meaning) + "\n";
  }
  out += "\nOther kinds of documents ('portreeve explain KIND' lists their fields):\n\n";
  for (const DocumentKind& kind : document_kinds()) {
    if (!kind.fields.empty()) out += "  " + padded(kind.name, 22) + std::string(kind.meaning) + "\n";
  }
  return out;
}

std::string language_markdown() {
  std::string out = "| composed value | result |\n|---|---|\n";
  for (const ValueForm& form : kValueForms) out += row(form.usage, form.meaning);
  out += "\n| condition | holds when |\n|---|---|\n";
  for (const PredicateType& type : kPredicateTypes) out += row(type.name, type.meaning);
  out += "\n| check | what it asks for | parameters |\n|---|---|---|\n";
  for (const CheckType& type : check_types()) {
    out += "| `" + std::string(type.name) + "` | " + cell(type.meaning) + " | " +
           cell(parameter_list(type)) + " |\n";
  }
  return out + "\n" + document_markdown();
}

}  // namespace portreeve::policies
