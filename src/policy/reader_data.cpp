#include <fmt/format.h>

#include <algorithm>

#include "policy/reader.h"
#include "policy/words.h"

namespace policy {

void Reader::read_data(const Part& part) {
  if (!part || !is_map(part)) return;
  if (part.node->entries.empty()) refuse(part, "the policy declares no data", "declare a datum");
  for (const auto& entry : part.node->entries) {
    const Part of{&entry.value, entry.at, part.name + "." + entry.key};
    positions_[of.name] = entry.at;
    if (!is_name(entry.key)) {
      problems_.add(entry.at, fmt::format("'{}' is no name", entry.key),
                    "write small letters, digits and hyphens, a letter first");
    }
    policy_.data_.push_back(read_datum(of, entry.key));
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
  if (datum.kind == Kind::Fields) {
    const auto known = views(vocabulary_.sources);
    if (const auto from = need(part, "from", fmt::format("add 'from: …', one of: {}", join(known)))) {
      one_of(from, known);
      datum.from.push_back(from.node->text);
    }
  } else if (const auto from = maybe(part, "from")) {
    problems_.add(from.at, "only fields say where they come from", "leave 'from' out");
  }
}

Data Reader::read_datum(const Part& part, const std::string& name) {
  Data datum;
  datum.name = name;
  std::vector<std::string_view> known = kind_words();
  known.insert(known.end(), {"from", "says", "for", "class", "keep", "then"});
  if (!is_map_of(part, known)) return datum;
  read_held(datum, part);
  datum.says = need_texts(part, "says");
  if (const auto purposes =
          need(part, "for", "add 'for: [<purpose>]': nothing is stored without a purpose")) {
    for (const auto& item : list(purposes)) {
      datum.purposes.push_back(item.node->text);
      positions_[purposes.name + "." + item.node->text] = item.at;
    }
    if (purposes.node->type == Node::Type::List && purposes.node->items.empty()) {
      refuse(purposes, fmt::format("'{}' has no purpose", part.name), "name one, or leave the datum out");
    }
  }
  if (const auto data_class =
          need(part, "class", fmt::format("add 'class: …', one of: {}", join(class_words())))) {
    const auto place = one_of(data_class, class_words());
    if (place < class_words().size()) datum.data_class = static_cast<Class>(place);
  }
  if (const auto keep = need(part, "keep", "add a term, as in 'keep: 14 days after event end'")) {
    if (const auto text = word(keep); !text.empty()) {
      const auto term = parse_term(text, vocabulary_.ends);
      if (term) {
        datum.keep = *term;
      } else {
        refuse(keep, term.error().what, term.error().instead);
      }
    }
  }
  if (const auto then = need(part, "then", "add 'then: erase' or 'then: anonymise'")) {
    constexpr std::array<std::string_view, 2> kThen{"erase", "anonymise"};
    datum.then = one_of(then, kThen) == 1 ? Afterwards::Anonymise : Afterwards::Erase;
  }
  return datum;
}

void Reader::read_items(Data& datum, const Part& part) {
  const auto word_of_kind = part.name.substr(part.name.rfind('.') + 1);
  datum.kind = *parse_kind(word_of_kind);
  if (datum.kind == Kind::Fields) return read_fields(datum, part);
  const auto items = list(part);
  if (part.node->type == Node::Type::List && part.node->items.empty()) {
    refuse(part, fmt::format("'{}' is empty", part.name), "name something, or leave the datum out");
  }
  const auto known = [&]() -> std::vector<std::string_view> {
    switch (datum.kind) {
      case Kind::Facts: return fact_words();
      case Kind::Records: return views(vocabulary_.records);
      case Kind::Attributes: return views(vocabulary_.attributes);
      case Kind::Logs: return views(vocabulary_.logs);
      case Kind::Fields:
      case Kind::Marks: break;
    }
    return {};
  }();
  for (const auto& item : items) {
    const auto& text = item.node->text;
    positions_[part.name + "." + text] = item.at;
    if (datum.kind == Kind::Marks) {
      if (name(item).empty()) continue;
    } else if (one_of(item, known) == known.size()) {
      continue;
    }
    datum.items.push_back(text);
    if (const auto fact = parse_fact(text); fact && datum.kind == Kind::Facts) {
      datum.facts |= static_cast<std::uint8_t>(*fact);
    }
  }
}

void Reader::read_fields(Data& datum, const Part& part) {
  if (!is_map(part)) return;
  if (part.node->entries.empty()) {
    refuse(part, fmt::format("'{}' is empty", part.name), "name a field, or leave the datum out");
  }
  for (const auto& entry : part.node->entries) {
    const Part of{&entry.value, entry.at, part.name + "." + entry.key};
    positions_[of.name] = entry.at;
    if (!is_name(entry.key)) {
      problems_.add(entry.at, fmt::format("'{}' is no name", entry.key),
                    "write small letters, digits and hyphens, a letter first");
    }
    auto field = read_field(of);
    field.name = entry.key;
    field.data = datum.name;
    datum.items.push_back(entry.key);
    policy_.fields_.push_back(std::move(field));
  }
}

Field Reader::read_field(const Part& part) {
  Field field;
  constexpr std::array<std::string_view, 3> kKeys{"type", "label", "choices"};
  if (!is_map_of(part, kKeys)) return field;
  if (const auto type = need(part, "type",
                             fmt::format("add 'type: …', one of: {}, with '?' when it may be left empty",
                                         join(field_type_words())))) {
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
  field.label = need_texts(part, "label");
  const auto choices = maybe(part, "choices");
  if (field.type != FieldType::Choice) {
    if (choices) problems_.add(choices.at, "only a field of type choice has choices", "leave 'choices' out");
    return field;
  }
  if (!choices) {
    problems_.add(part.at, fmt::format("'{}' has nothing to choose from", part.name),
                  "add 'choices:' with a text per language for each");
    return field;
  }
  if (!is_map(choices)) return field;
  for (const auto& entry : choices.node->entries) {
    if (!is_name(entry.key)) {
      problems_.add(entry.at, fmt::format("'{}' is no name", entry.key),
                    "write small letters, digits and hyphens, a letter first");
    }
    field.choices.push_back({entry.key, texts(Part{&entry.value, entry.at, choices.name + "." + entry.key})});
  }
  if (field.choices.size() < 2) {
    refuse(choices, fmt::format("'{}' leaves no choice", part.name), "give two choices or more");
  }
  return field;
}

void Reader::read_consents(const Part& part) {
  constexpr std::array<std::string_view, 9> kKeys{"ask",    "refused", "asks",  "explains", "costs",
                                                  "accept", "decline", "given", "declined"};
  if (!part || !is_map(part)) return;
  for (const auto& entry : part.node->entries) {
    const Part of{&entry.value, entry.at, part.name + "." + entry.key};
    positions_[of.name] = entry.at;
    ConsentRule rule;
    rule.purpose = entry.key;
    if (!is_map_of(of, kKeys)) continue;
    if (const auto ask = need(of, "ask", "add 'ask: every viewing'")) {
      constexpr std::array<std::string_view, 1> kWhen{"every viewing"};
      one_of(ask, kWhen);
    }
    rule.asks = need_texts(of, "asks");
    rule.explains = need_texts(of, "explains");
    if (const auto costs = maybe(of, "costs")) rule.costs = texts(costs);
    rule.accept = need_texts(of, "accept");
    rule.decline = need_texts(of, "decline");
    rule.given = need_texts(of, "given");
    rule.declined = need_texts(of, "declined");
    if (const auto refused =
            need(of, "refused", "add 'refused: [<datum>]': what is still stored after a refusal, or []")) {
      for (const auto& item : list(refused)) {
        rule.refused.push_back(item.node->text);
        positions_[refused.name + "." + item.node->text] = item.at;
      }
    }
    policy_.consents_.push_back(std::move(rule));
  }
}

}  // namespace policy
