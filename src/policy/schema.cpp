#include "policy/schema.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "policy/keys.h"
#include "policy/limits.h"
#include "policy/stored_item.h"
#include "policy/words.h"

namespace policy {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPercentPattern = "^(100|[1-9][0-9]?)%$";
constexpr std::string_view kSpanPattern = "[1-9][0-9]* (hours?|days?|weeks?|months?|years?)";
constexpr std::string_view kNamePattern = "^[a-z][a-z0-9-]*$";

struct MapName {
  Map map;
  std::string_view name;
};
constexpr auto kMapNames = std::to_array<MapName>({
    {Map::Parties, "parties"},
    {Map::Controller, "controller"},
    {Map::Party, "party"},
    {Map::Authority, "authority"},
    {Map::Purpose, "purpose"},
    {Map::Datum, "datum"},
    {Map::Field, "field"},
    {Map::Consent, "consent"},
    {Map::Recipient, "recipient"},
    {Map::Place, "place"},
    {Map::System, "system"},
    {Map::Decision, "decision"},
    {Map::Rights, "rights"},
    {Map::Right, "right"},
    {Map::OwnRight, "own-right"},
    {Map::Breach, "breach"},
    {Map::Tell, "tell"},
    {Map::Minors, "minors"},
    {Map::Accounts, "accounts"},
    {Map::StoredItem, "stored-item"},
    {Map::GlossaryEntry, "glossary-entry"},
    {Map::Staff, "staff"},
    {Map::Acknowledgement, "acknowledgement"},
    {Map::Training, "training"},
    {Map::Update, "update"},
});

Json reference(std::string_view name) { return {{"$ref", fmt::format("#/$defs/{}", name)}}; }
Json reference(Map map) {
  const auto found = std::ranges::find(kMapNames, map, &MapName::map);
  return reference(found->name);
}

Json pattern(std::string text) { return {{"type", "string"}, {"pattern", std::move(text)}}; }

Json one_of_words(const std::vector<std::string_view>& words) { return {{"enum", words}}; }

Json list_of(Json item) { return {{"type", "array"}, {"items", std::move(item)}, {"uniqueItems", true}}; }

Json named(Json value, bool by_names) {
  Json json{{"type", "object"}, {"additionalProperties", std::move(value)}};
  if (by_names) json["propertyNames"] = reference("name");
  return json;
}

std::string term_pattern(const Vocabulary& vocabulary) {
  constexpr std::string_view kEnd = " end";
  std::vector<std::string_view> things;
  for (const std::string_view end : vocabulary.ends) {
    if (end.ends_with(kEnd)) things.push_back(end.substr(0, end.size() - kEnd.size()));
  }
  return fmt::format("^({}( after ({}))?|while ({}))$", kSpanPattern, fmt::join(vocabulary.ends, "|"),
                     fmt::join(things, "|"));
}

Json of_words(const Key& key, const Vocabulary& vocabulary) {
  return one_of_words(words_of(key.words, vocabulary));
}

/// What a map of words with spans, or of anything that has a name, looks like.
Json of_map(const Key& key, const Vocabulary& vocabulary) {
  switch (key.form) {
    case Form::MapOf: return reference(key.map);
    case Form::WordOrMap: return {{"anyOf", Json::array({of_words(key, vocabulary), reference(key.map)})}};
    case Form::NamedMaps: return named(reference(key.map), key.map != Map::StoredItem);
    case Form::NamedTexts: return named(reference("texts"), true);
    default: break;
  }
  Json properties = Json::object();
  for (const auto word : words_of(key.words, vocabulary)) properties[std::string{word}] = reference("span");
  return {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
}

Json of_form(const Key& key, const Vocabulary& vocabulary) {
  switch (key.form) {
    case Form::Text: return {{"type", "string"}, {"minLength", 1}};
    case Form::Texts: return reference("texts");
    case Form::Name: return reference("name");
    case Form::NameList: return list_of(reference("name"));
    case Form::Date: return pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
    case Form::Country: return pattern("^[A-Z]{2}$");
    case Form::MailAddress: return pattern("^[^@ <>,]+@[^@ <>,]+\\.[^@ <>,]+$");
    case Form::HttpsAddress: return pattern("^https://[^ <>\"\\\\]+$");
    case Form::HostList: return list_of(pattern("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"));
    case Form::Term: return pattern(term_pattern(vocabulary));
    case Form::Span: return reference("span");
    case Form::SpanOrLaw: return pattern(fmt::format("^({}|law|without delay)$", kSpanPattern));
    case Form::AgeOrLaw:
      return {{"anyOf", Json::array({Json{{"const", "law"}},
                                     Json{{"type", "integer"}, {"minimum", 1}, {"maximum", kMinorAgeMax}}})}};
    case Form::Number: return {{"type", "integer"}, {"minimum", 1}, {"maximum", 2}};
    case Form::Percent: return pattern(std::string{kPercentPattern});
    case Form::FieldType:
      return pattern(fmt::format("^({})\\??$", fmt::join(words_of(key.words, vocabulary), "|")));
    case Form::Lifetime:
      return pattern(fmt::format("^({}|{}|{})$", kSpanPattern, kUntilBrowserCloses, kUntilCleared));
    case Form::Word: return of_words(key, vocabulary);
    case Form::WordList: return list_of(of_words(key, vocabulary));
    case Form::WordOrList: {
      auto words = of_words(key, vocabulary);
      return {{"anyOf", Json::array({words, list_of(words)})}};
    }
    case Form::MapOf:
    case Form::WordOrMap:
    case Form::NamedMaps:
    case Form::NamedTexts:
    case Form::WordSpans: break;
  }
  return of_map(key, vocabulary);
}

Json needs(std::initializer_list<std::string_view> keys) {
  return {{"required", std::vector<std::string_view>(keys)}};
}

/// What one key allows or asks for depending on another.
void add_alternatives(Map map, Json& json) {
  if (map == Map::Controller) {
    json["oneOf"] = Json::array({needs({"role"}), needs({"name", "contact"})});
  } else if (map == Map::Datum) {
    json["oneOf"] = Json::array({needs({"fields", "from"})});
    for (const auto kind : kind_words()) {
      if (kind == "fields") continue;
      auto other = needs({kind});
      other["not"] = needs({"from"});
      json["oneOf"].push_back(std::move(other));
    }
  } else if (map == Map::Rights) {
    json["additionalProperties"] = reference(Map::OwnRight);
    json["propertyNames"] = reference("name");
  }
}

Json of_keys(Map map, const Vocabulary& vocabulary) {
  Json properties = Json::object();
  auto required = Json::array();
  for (const auto& key : keys_of(map)) {
    auto value = of_form(key, vocabulary);
    value["description"] = key.says;
    properties[std::string{key.name}] = std::move(value);
    if (key.need != Need::May) required.push_back(key.name);
  }
  Json json{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) json["required"] = std::move(required);
  add_alternatives(map, json);
  return json;
}

Json texts() {
  Json properties = Json::object();
  for (const auto language : base::kLanguages) {
    properties[std::string{base::to_text(language)}] = {
        {"type", "string"}, {"minLength", 1}, {"maxLength", kTextBytesMax}};
  }
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"additionalProperties", false},
          {"minProperties", 1}};
}

}  // namespace

std::string schema(const Vocabulary& vocabulary) {
  Json json{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
            {"title", "A policy of Hartslag"},
            {"description", "What an organisation collects, why, and for how long."}};
  json.update(of_keys(Map::Root, vocabulary));
  auto& definitions = json["$defs"];
  definitions["name"] = pattern(std::string{kNamePattern});
  definitions["name"]["maxLength"] = kNameBytesMax;
  definitions["span"] = pattern(fmt::format("^{}$", kSpanPattern));
  definitions["texts"] = texts();
  for (const auto& [map, name] : kMapNames) definitions[std::string{name}] = of_keys(map, vocabulary);
  return json.dump(2) + "\n";
}

}  // namespace policy
