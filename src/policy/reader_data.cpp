// What is collected, and what is asked before.

#include <fmt/format.h>

#include <algorithm>

#include "policy/reader.h"
#include "policy/words.h"

namespace policy {

void Reader::read_data(const Part& part) {
  if (part && part.node->type == Node::Type::Map && part.node->entries.empty()) {
    refuse(part, "the policy declares no data", "declare a datum");
  }
  for (const auto& of : named(part)) {
    const auto name = of.name.substr(part.name.size() + 1);
    check_name(of, name);
    policy_.data_.push_back(read_datum(of, name));
  }
}

void Reader::read_held(Data& datum, const Part& part) {
  const auto kinds = kind_words();
  std::vector<Part> held;
  for (const auto kind : kinds) {
    if (auto of_kind = maybe(part, kind)) held.push_back(std::move(of_kind));
  }
  if (held.size() == 1) {
    read_items(datum, held.front());
  } else if (held.empty()) {
    problems_.add(part.at, fmt::format("'{}' does not say what it holds", part.name),
                  fmt::format("add one of: {}", join(kinds)));
  } else {
    refuse(held[1], fmt::format("'{}' holds two kinds of data", part.name), "make two data of it");
  }
  read_from(datum, part);
}

void Reader::read_from(Data& datum, const Part& part) {
  const auto from = maybe(part, "from");
  if (datum.kind != Kind::Fields) {
    if (from) problems_.add(from.at, "only fields say where they come from", "leave 'from' out");
    return;
  }
  if (!from) return missing(part, Map::Datum, "from");
  const auto known = words_of(Words::Sources, vocabulary_);
  if (from.node->type == Node::Type::List) {
    datum.from = words(from, Words::Sources);
    if (from.node->items.empty()) {
      refuse(from, fmt::format("'{}' comes from nowhere", part.name), suggest("", known));
    }
  } else if (one_of(from, known) < known.size()) {
    datum.from.push_back(from.node->text);
  }
}

Data Reader::read_datum(const Part& part, const std::string& name) {
  Data datum;
  datum.name = name;
  if (!is_map_of(part, Map::Datum)) return datum;
  read_held(datum, part);
  datum.says = texts(maybe(part, "says"));
  if (const auto purposes = maybe(part, "for")) {
    datum.purposes = references(purposes);
    if (purposes.node->type == Node::Type::List && purposes.node->items.empty()) {
      refuse(purposes, fmt::format("'{}' has no purpose", part.name), "name one, or leave the datum out");
    }
  }
  read_word(maybe(part, "class"), Words::Classes, datum.data_class);
  if (const auto keep = maybe(part, "keep")) {
    if (const auto text = word(keep); !text.empty()) {
      const auto term = parse_term(text, vocabulary_.ends);
      if (term) {
        datum.keep = *term;
      } else {
        refuse(keep, term.error().what, term.error().instead);
      }
    }
  }
  if (const auto meanwhile = maybe(part, "meanwhile")) {
    datum.meanwhile = references(meanwhile);
    if (meanwhile.node->type == Node::Type::List && meanwhile.node->items.empty()) {
      refuse(meanwhile, fmt::format("'{}' serves nothing until it ends", part.name),
             "name a purpose, or let its term end at once");
    }
  }
  read_word(maybe(part, "then"), Words::Afterwards, datum.then);
  return datum;
}

void Reader::read_items(Data& datum, const Part& part) {
  const auto word_of_kind = part.name.substr(part.name.rfind('.') + 1);
  datum.kind = *parse_kind(word_of_kind);
  if (datum.kind == Kind::Fields) return read_fields(datum, part);
  if (part.node->type == Node::Type::List && part.node->items.empty()) {
    refuse(part, fmt::format("'{}' is empty", part.name), "name something, or leave the datum out");
  }
  switch (datum.kind) {
    case Kind::Facts: datum.items = words(part, Words::Facts); break;
    case Kind::Records: datum.items = words(part, Words::Records); break;
    case Kind::Attributes: datum.items = words(part, Words::Attributes); break;
    case Kind::Logs: datum.items = words(part, Words::Logs); break;
    case Kind::Marks:
      for (const auto& item : list(part)) {
        if (!name(item).empty()) datum.items.push_back(item.node->text);
      }
      break;
    case Kind::Fields: break;
  }
  if (datum.kind != Kind::Facts) return;
  for (const auto& item : datum.items) datum.facts |= static_cast<std::uint8_t>(*parse_fact(item));
}

void Reader::read_fields(Data& datum, const Part& part) {
  if (part.node->type == Node::Type::Map && part.node->entries.empty()) {
    refuse(part, fmt::format("'{}' is empty", part.name), "name a field, or leave the datum out");
  }
  for (const auto& of : named(part)) {
    auto field = read_field(of);
    field.name = of.name.substr(part.name.size() + 1);
    field.data = datum.name;
    check_name(of, field.name);
    datum.items.push_back(field.name);
    policy_.fields_.push_back(std::move(field));
  }
}

Field Reader::read_field(const Part& part) {
  Field field;
  if (!is_map_of(part, Map::Field)) return field;
  if (const auto type = maybe(part, "type")) {
    auto text = word(type);
    if (text.ends_with('?')) {
      field.required = false;
      text.pop_back();
    }
    const auto found = parse_field_type(text);
    if (found) {
      field.type = *found;
    } else if (!type.node->text.empty()) {
      refuse(type, fmt::format("'{}' is no type of a field", text), suggest(text, field_type_words()));
    }
  }
  field.label = texts(maybe(part, "label"));
  if (const auto category = maybe(part, "category");
      category &&
      one_of(category, Words::FieldCategories) < words_of(Words::FieldCategories, vocabulary_).size()) {
    field.category = category.node->text;
  }
  field.example = word(maybe(part, "example"));
  read_choices(field, part);
  return field;
}

void Reader::read_choices(Field& field, const Part& part) {
  const auto choices = maybe(part, "choices");
  if (field.type != FieldType::Choice) {
    if (choices) problems_.add(choices.at, "only a field of type choice has choices", "leave 'choices' out");
    return;
  }
  if (!choices) {
    problems_.add(part.at, fmt::format("'{}' has nothing to choose from", part.name),
                  "add 'choices:' with a text per language for each");
    return;
  }
  for (const auto& of : named(choices)) {
    const auto name = of.name.substr(choices.name.size() + 1);
    check_name(of, name);
    field.choices.push_back({name, texts(of)});
  }
  if (choices.node->type == Node::Type::Map && field.choices.size() < 2) {
    refuse(choices, fmt::format("'{}' leaves no choice", part.name), "give two choices or more");
  }
}

void Reader::read_consents(const Part& part) {
  for (const auto& of : named(part)) {
    ConsentRule rule;
    rule.purpose = of.name.substr(part.name.size() + 1);
    if (!is_map_of(of, Map::Consent)) continue;
    read_word(maybe(of, "ask"), Words::AskWhen, rule.ask);
    rule.asks = texts(maybe(of, "asks"));
    rule.explains = texts(maybe(of, "explains"));
    if (const auto costs = maybe(of, "costs")) rule.costs = texts(costs);
    rule.accept = texts(maybe(of, "accept"));
    rule.decline = texts(maybe(of, "decline"));
    rule.given = texts(maybe(of, "given"));
    rule.declined = texts(maybe(of, "declined"));
    rule.refused = references(maybe(of, "refused"));
    policy_.consents_.push_back(std::move(rule));
  }
}

void Reader::read_updates(const Part& part) {
  for (const auto& of : named(part)) {
    Update update;
    update.name = of.name.substr(part.name.size() + 1);
    check_name(of, update.name);
    if (!is_map_of(of, Map::Update)) continue;
    update.title = texts(maybe(of, "title"));
    update.says = texts(maybe(of, "says"));
    update.purpose = name(maybe(of, "for"));
    update.every = span(maybe(of, "at-most-every"));
    policy_.updates_.push_back(std::move(update));
  }
}

}  // namespace policy
