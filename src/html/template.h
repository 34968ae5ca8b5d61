// Server-rendered pages. A page is a file of a module's pages/ folder, embedded in the binary once per
// language: tools/embed_pages.mjs puts the texts in at build time, so a missing text stops the build.
// What is known only at run time is marked {{name}} or {{#section}} … {{/section}} and escaped for the
// place where it stands (element, attribute, URL) by ctemplate's auto-escaping.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"

namespace html {

/// A page in each language, in the order of base::kLanguages. Made by the generator alone.
struct Template {
  std::string_view name;
  std::array<std::string_view, base::kLanguages.size()> text;
};

/// What a page shows: texts by name, and sections that repeat. A section that is never added is not shown.
class Values {
 public:
  Values& set(std::string_view name, std::string_view value);
  Values& set(std::string_view name, std::int64_t value);
  /// Adds one showing of the section and returns what it shows. The reference lives as long as this does.
  Values& add(std::string_view section);
  /// Adds the section once if `shown`.
  Values& show(std::string_view section, bool shown = true);

  struct Field {
    std::string name;
    std::string value;
  };
  struct Section {
    std::string name;
    std::unique_ptr<Values> values;
  };
  const std::vector<Field>& fields() const { return fields_; }
  const std::vector<Section>& sections() const { return sections_; }

 private:
  std::vector<Field> fields_;
  std::vector<Section> sections_;
};

/// Fills the page in. Any thread. A malformed template is a mistake of ours and stops the program; the
/// test of the module that owns the page renders it.
std::string render(const Template& page, base::Language language, const Values& values);

/// JSON that may stand in a <script type="application/json"> element: `<`, `>`, `&` and the two Unicode
/// line separators are written as \u escapes. In the page the marker is `{{name:none}}`.
std::string json_for_script(std::string_view json);

/// For hand-made fragments (an SVG): escapes `& < > " '`.
std::string escape(std::string_view text);

}  // namespace html
