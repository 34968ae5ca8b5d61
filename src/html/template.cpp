#include "html/template.h"

#include <ctemplate/template.h>
#include <ctemplate/template_cache.h>
#include <ctemplate/template_dictionary.h>
#include <ctemplate/template_emitter.h>
#include <fmt/format.h>

#include <set>

#include "base/check.h"
#include "base/mutex.h"

namespace html {
namespace {

/// Parsed templates, by name and language. A page is parsed when it is first shown.
class Cache {
 public:
  void expand(const Template& page, base::Language language, const ctemplate::TemplateDictionary& values,
              std::string& out) {
    const auto name = fmt::format("{}.{}", page.name, base::to_text(language));
    prepare(name, page.text[static_cast<std::size_t>(language)]);
    ctemplate::StringEmitter emitter(&out);
    CHECK(cache_.ExpandWithData(name, ctemplate::DO_NOT_STRIP, &values, nullptr, &emitter));
  }

 private:
  void prepare(const std::string& name, std::string_view text) {
    base::Lock lock(mutex_);
    if (!prepared_.insert(name).second) return;
    CHECK(cache_.StringToTemplateCache(name, text.data(), text.size(), ctemplate::DO_NOT_STRIP));
  }

  base::Mutex mutex_;
  std::set<std::string> prepared_ GUARDED_BY(mutex_);
  ctemplate::TemplateCache cache_;  // Has a lock of its own.
};

void fill(ctemplate::TemplateDictionary& dictionary, const Values& values) {
  for (const auto& field : values.fields()) dictionary.SetValue(field.name, field.value);
  for (const auto& section : values.sections())
    fill(*dictionary.AddSectionDictionary(section.name), *section.values);
}

}  // namespace

Values& Values::set(std::string_view name, std::string_view value) {
  fields_.push_back({std::string{name}, std::string{value}});
  return *this;
}

Values& Values::set(std::string_view name, std::int64_t value) { return set(name, fmt::to_string(value)); }

Values& Values::add(std::string_view section) {
  sections_.push_back({std::string{section}, std::make_unique<Values>()});
  return *sections_.back().values;
}

Values& Values::show(std::string_view section, bool shown) {
  if (shown) add(section);
  return *this;
}

std::string render(const Template& page, base::Language language, const Values& values) {
  static Cache cache;
  ctemplate::TemplateDictionary dictionary("page");
  fill(dictionary, values);
  std::string out;
  cache.expand(page, language, dictionary, out);
  return out;
}

std::string json_for_script(std::string_view json) {
  std::string out;
  out.reserve(json.size() + 16);
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '<' || c == '>' || c == '&') {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else if (json.substr(i).starts_with("\xE2\x80\xA8") || json.substr(i).starts_with("\xE2\x80\xA9")) {
      out += json[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += c;
    }
  }
  return out;
}

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace html
