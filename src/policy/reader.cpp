#include "policy/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "policy/limits.h"
#include "policy/words.h"

namespace policy {
namespace {

std::string short_hash(std::string_view text, std::size_t digits) {
  return base::to_hex(crypto::sha256(base::as_bytes(text))).substr(0, digits);
}

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && text.find('@', at + 1) == std::string_view::npos &&
         text.find('.', at + 2) != std::string_view::npos && !text.ends_with('.') &&
         std::ranges::none_of(text, [](char c) { return c <= ' ' || c == '<' || c == '>' || c == ','; });
}

bool is_date(std::string_view text) {
  return text.size() == 10 && base::parse_rfc3339(std::string{text} + "T00:00:00Z").has_value();
}

constexpr std::array<std::string_view, 8> kTopKeys{"policy",  "languages", "in-force", "opens-by",
                                                   "parties", "purposes",  "data",     "consent"};

}  // namespace

void Reader::refuse(const Part& part, std::string what, std::string instead) {
  problems_.add(part.node != nullptr ? part.node->at : part.at, std::move(what), std::move(instead));
}

bool Reader::is_map(const Part& part) {
  if (part.node->type == Node::Type::Map) return true;
  refuse(part, fmt::format("'{}' holds no keys", part.name), "write 'key: value' lines below it");
  return false;
}

bool Reader::is_map_of(const Part& part, Words known) {
  if (!is_map(part)) return false;
  for (const auto& entry : part.node->entries) {
    if (std::ranges::find(known, entry.key) != known.end()) continue;
    problems_.add(entry.at, fmt::format("unknown key '{}'", entry.key), suggest(entry.key, known));
  }
  return true;
}

Reader::Part Reader::maybe(const Part& map, std::string_view key) const {
  const auto* entry = map.node->find(key);
  if (entry == nullptr) return {};
  return {&entry->value, entry->at, map.name.empty() ? entry->key : map.name + "." + entry->key};
}

Reader::Part Reader::need(const Part& map, std::string_view key, std::string instead) {
  auto part = maybe(map, key);
  if (part) {
    positions_[part.name] = part.node->at;
    return part;
  }
  const auto of = map.name.empty() ? std::string{"the policy"} : fmt::format("'{}'", map.name);
  problems_.add(map.at, fmt::format("{} has no '{}'", of, key), std::move(instead));
  return {};
}

std::string Reader::word(const Part& part) {
  if (part.node->type == Node::Type::Scalar && !part.node->text.empty()) return part.node->text;
  refuse(part, fmt::format("'{}' holds no text", part.name),
         fmt::format("write one text after '{}:'", part.name));
  return {};
}

std::string Reader::name(const Part& part) {
  auto text = word(part);
  if (text.empty() || is_name(text)) return text;
  refuse(part, fmt::format("'{}' is no name", text),
         fmt::format("write small letters, digits and hyphens, a letter first, at most {}", kNameBytesMax));
  return {};
}

std::size_t Reader::one_of(const Part& part, Words known) {
  const auto text = word(part);
  const auto found = std::ranges::find(known, text);
  if (found == known.end() && !text.empty()) {
    refuse(part, fmt::format("'{}' is not known as '{}'", text, part.name), suggest(text, known));
  }
  return static_cast<std::size_t>(found - known.begin());
}

std::vector<Reader::Part> Reader::list(const Part& part) {
  if (part.node->type != Node::Type::List) {
    refuse(part, fmt::format("'{}' is no list", part.name), "write '[one, two]'");
    return {};
  }
  std::vector<Part> items;
  std::vector<std::string_view> seen;
  for (const auto& item : part.node->items) {
    Part of_item{&item, item.at, part.name};
    if (item.type != Node::Type::Scalar || item.text.empty()) {
      refuse(of_item, fmt::format("an item of '{}' is no word", part.name), "write '[one, two]'");
    } else if (std::ranges::find(seen, item.text) != seen.end()) {
      refuse(of_item, fmt::format("'{}' stands twice in '{}'", item.text, part.name), "take one of them out");
    } else {
      seen.push_back(item.text);
      items.push_back(std::move(of_item));
    }
  }
  return items;
}

Texts Reader::texts(const Part& part) {
  std::array<std::string, 4> by_language;
  if (part.node->type != Node::Type::Map) {
    refuse(part, fmt::format("'{}' is no text per language", part.name), "write '{ nl: …, fr: … }'");
    return {};
  }
  for (const auto& entry : part.node->entries) {
    const Part text{&entry.value, entry.at, part.name + "." + entry.key};
    const auto language = base::parse_language(entry.key);
    if (!language || entry.key.size() != 2 ||
        std::ranges::find(policy_.languages_, *language) == policy_.languages_.end()) {
      problems_.add(entry.at, fmt::format("'{}' is no language of this policy", entry.key),
                    "add it to 'languages', or leave this text out");
      continue;
    }
    auto& to = by_language[static_cast<std::size_t>(*language)];
    to = word(text);
    to.erase(to.find_last_not_of(" \n\t") + 1);
    if (to.size() > kTextBytesMax) {
      refuse(text, fmt::format("a text of more than {} bytes", kTextBytesMax), "say it in fewer words");
    }
  }
  for (const auto language : policy_.languages_) {
    if (part.node->find(base::to_text(language)) != nullptr) continue;
    problems_.add(part.at, fmt::format("'{}' has no text in '{}'", part.name, base::to_text(language)),
                  fmt::format("add '{}: …', as every text is there in every language of the policy",
                              base::to_text(language)));
  }
  if (policy_.languages_.empty()) return {};
  const auto first = by_language[static_cast<std::size_t>(policy_.languages_.front())];
  for (const auto language : base::kLanguages) {
    auto& to = by_language[static_cast<std::size_t>(language)];
    if (to.empty()) to = first;
  }
  return Texts{std::move(by_language)};
}

Texts Reader::need_texts(const Part& map, std::string_view key) {
  const auto part = need(map, key, fmt::format("add '{}: {{ … }}' with a text per language", key));
  return part ? texts(part) : Texts{};
}

void Reader::read_languages(const Part& part) {
  if (!part) return;
  std::vector<std::string_view> known;
  for (const auto language : base::kLanguages) known.push_back(base::to_text(language));
  const auto items = list(part);
  for (const auto& item : items) {
    const auto place = one_of(item, known);
    if (place < known.size()) policy_.languages_.push_back(base::kLanguages[place]);
  }
  if (items.empty()) refuse(part, "the policy has no language", fmt::format("write '[{}]'", join(known)));
}

void Reader::read_header(const Part& root) {
  if (const auto part = need(root, "policy", "begin with 'policy: <name>'")) policy_.name_ = name(part);
  read_languages(need(root, "languages", "add 'languages: [nl, …]'"));
  if (const auto part = need(root, "in-force", "add 'in-force: <year>-<month>-<day>'")) {
    policy_.in_force_ = word(part);
    if (!policy_.in_force_.empty() && !is_date(policy_.in_force_)) {
      refuse(part, fmt::format("'{}' is no date", policy_.in_force_), "write it as in 2026-11-01");
    }
  }
  if (const auto part = maybe(root, "opens-by")) {
    positions_[part.name] = part.node->at;
    policy_.opens_by_form_ = false;
    constexpr std::array<std::string_view, 2> kWays{"form", "link"};
    const auto items = list(part);
    for (const auto& item : items) {
      const auto way = one_of(item, kWays);
      policy_.opens_by_form_ |= way == 0;
      policy_.opens_by_link_ |= way == 1;
    }
    if (part.node->items.empty()) refuse(part, "nothing opens", "write '[form]', '[link]' or '[form, link]'");
  }
}

void Reader::read_parties(const Part& part) {
  constexpr std::array<std::string_view, 3> kParties{"controller", "processor", "officer"};
  if (!part || !is_map_of(part, kParties)) return;
  if (const auto controller =
          need(part, "controller", "say who decides: 'controller: { role: organiser }'")) {
    policy_.parties_.controller = read_party(controller, true);
  }
  if (const auto processor = maybe(part, "processor")) {
    policy_.parties_.processor = read_party(processor, false);
  }
  if (const auto officer = maybe(part, "officer")) policy_.parties_.officer = read_party(officer, false);
}

Party Reader::read_party(const Part& part, bool may_be_each_its_own) {
  Party party;
  constexpr std::array<std::string_view, 4> kKeys{"name", "contact", "country", "role"};
  const auto known = Words{kKeys}.first(may_be_each_its_own ? 4 : 3);
  if (!is_map_of(part, known)) return party;
  if (const auto role = may_be_each_its_own ? maybe(part, "role") : Part{}) {
    constexpr std::array<std::string_view, 1> kRoles{"organiser"};
    one_of(role, kRoles);
    if (part.node->entries.size() > 1) {
      refuse(part, fmt::format("'{}' has a role and a name", part.name), "write one of the two");
    }
    return party;
  }
  if (const auto named = need(part, "name", "add 'name: …'")) party.name = word(named);
  if (const auto contact = need(part, "contact", "add 'contact: <e-mail address>'")) {
    party.contact = word(contact);
    if (!party.contact.empty() && !is_mail_address(party.contact)) {
      refuse(contact, fmt::format("'{}' is no e-mail address", party.contact), "write name@domain");
    }
  }
  if (const auto country = maybe(part, "country")) {
    party.country = word(country);
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (!party.country.empty() &&
        (party.country.size() != 2 || !std::ranges::all_of(party.country, capital))) {
      refuse(country, fmt::format("'{}' is no country", party.country), "write its two capitals, as in BE");
    }
  }
  return party;
}

void Reader::read_purposes(const Part& part) {
  constexpr std::array<std::string_view, 4> kKeys{"basis", "says", "needs", "confirmed-by"};
  if (!part || !is_map(part)) return;
  if (part.node->entries.empty()) refuse(part, "the policy has no purpose", "declare one");
  for (const auto& entry : part.node->entries) {
    const Part of{&entry.value, entry.at, part.name + "." + entry.key};
    Purpose purpose;
    purpose.name = entry.key;
    purpose.basis = Basis::Contract;  // Until it is read: an unknown basis is one problem, not two.
    positions_[of.name] = entry.at;
    if (!is_name(entry.key)) {
      problems_.add(entry.at, fmt::format("'{}' is no name", entry.key),
                    "write small letters, digits and hyphens, a letter first");
    }
    if (is_map_of(of, kKeys)) {
      if (const auto basis =
              need(of, "basis", fmt::format("add 'basis: …', one of: {}", join(basis_words())))) {
        const auto place = one_of(basis, basis_words());
        if (place < basis_words().size()) purpose.basis = static_cast<Basis>(place);
      }
      purpose.says = need_texts(of, "says");
      if (const auto needs = maybe(of, "needs")) {
        positions_[needs.name] = needs.node->at;
        purpose.needs = name(needs);
      }
      if (const auto confirmed = maybe(of, "confirmed-by")) {
        constexpr std::array<std::string_view, 1> kBy{"person"};
        purpose.confirmed_by_person = one_of(confirmed, kBy) == 0;
      }
    }
    policy_.purposes_.push_back(std::move(purpose));
  }
}

std::string Reader::fingerprint(const Node& root, const Purpose& purpose) const {
  const auto part_of = [&](std::string_view section, std::string_view key) -> std::string {
    const auto* map = root.find(section);
    const auto* entry = map != nullptr ? map->value.find(key) : nullptr;
    return entry != nullptr ? fmt::format("{}.{}={}\n", section, key, canonical(entry->value))
                            : std::string{};
  };
  auto text = part_of("purposes", purpose.name) + part_of("consent", purpose.name);
  for (const auto& datum : policy_.data_) {
    if (std::ranges::find(datum.purposes, purpose.name) != datum.purposes.end()) {
      text += part_of("data", datum.name);
    }
  }
  return short_hash(text, 32);
}

void Reader::summarise(const Node& root) {
  policy_.version_ = fmt::format("{}-{}", policy_.in_force_, short_hash(canonical(root), 12));
  for (auto& purpose : policy_.purposes_) purpose.fingerprint = fingerprint(root, purpose);
  auto& measurement = policy_.measurement_;
  for (const auto& datum : policy_.data_) {
    measurement.facts |= datum.facts;
    if (datum.kind == Kind::Marks) {
      measurement.marks.insert(measurement.marks.end(), datum.items.begin(), datum.items.end());
    }
  }
  for (const auto& rule : policy_.consents_) measurement.purposes.push_back(rule.purpose);
}

Policy Reader::read(const Node& root) {
  const Part whole{&root, root.at, ""};
  if (root.type != Node::Type::Map) {
    problems_.add(root.at, "the file holds no policy", "begin with 'policy: <name>'");
    return std::move(policy_);
  }
  is_map_of(whole, kTopKeys);
  read_header(whole);
  read_parties(need(whole, "parties", "add 'parties:' with at least a 'controller'"));
  read_purposes(need(whole, "purposes", "add 'purposes:' and say why anything is collected"));
  read_data(need(whole, "data", "add 'data:' and say what is collected"));
  read_consents(maybe(whole, "consent"));
  check_purposes();
  check_data();
  check_items_once();
  check_consents();
  check_opening();
  if (problems_.empty()) summarise(root);
  return std::move(policy_);
}

std::expected<Policy, std::vector<Problem>> Policy::parse(std::string_view yaml,
                                                          const Vocabulary& vocabulary) {
  Problems problems;
  const auto root = read_tree(yaml, problems);
  if (!root) return std::unexpected(std::move(problems).take());
  auto policy = Reader(vocabulary, problems).read(*root);
  if (!problems.empty()) return std::unexpected(std::move(problems).take());
  return policy;
}

}  // namespace policy
