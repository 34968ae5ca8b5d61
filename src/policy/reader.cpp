#include "policy/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/contains.h"
#include "policy/limits.h"
#include "policy/words.h"

namespace policy {

void Reader::refuse(const Part& part, std::string what, std::string instead) {
  problems_.add(part.node != nullptr ? part.node->at : part.at, std::move(what), std::move(instead));
}

bool Reader::is_map(const Part& part) {
  if (part.node->type == Node::Type::Map) return true;
  refuse(part, fmt::format("'{}' holds no keys", part.name), "write 'key: value' lines below it");
  return false;
}

void Reader::missing(const Part& map, Map of, std::string_view key) {
  const auto keys = keys_of(of);
  const auto found = std::ranges::find(keys, key, &Key::name);
  const auto whose = map.name.empty() ? std::string{"the policy"} : fmt::format("'{}'", map.name);
  problems_.add(map.at, fmt::format("{} has no '{}'", whose, key), instead_of(*found, vocabulary_));
}

bool Reader::is_map_of(const Part& part, Map map) {
  if (!is_map(part)) return false;
  const auto keys = keys_of(map);
  std::vector<std::string_view> known;
  for (const auto& key : keys) known.push_back(key.name);
  for (const auto& entry : part.node->entries) {
    if (base::contains(known, entry.key)) continue;
    problems_.add(entry.at, fmt::format("unknown key '{}'", entry.key), suggest(entry.key, known));
  }
  for (const auto& key : keys) {
    const bool must = key.need == Need::Must || (key.need == Need::Whole && extent_ == Extent::Whole);
    if (must && part.node->find(key.name) == nullptr) missing(part, map, key.name);
  }
  return true;
}

Reader::Part Reader::maybe(const Part& map, std::string_view key) {
  const auto* entry = map.node->find(key);
  if (entry == nullptr) return {};
  Part part{&entry->value, entry->at, map.name.empty() ? entry->key : map.name + "." + entry->key};
  positions_[part.name] = part.node->at;
  return part;
}

std::vector<Reader::Part> Reader::named(const Part& part) {
  std::vector<Part> parts;
  if (!part || !is_map(part)) return parts;
  for (const auto& entry : part.node->entries) {
    Part of{&entry.value, entry.at, part.name + "." + entry.key};
    positions_[of.name] = entry.at;
    parts.push_back(std::move(of));
  }
  return parts;
}

std::string Reader::word(const Part& part) {
  if (!part) return {};
  if (part.node->type == Node::Type::Scalar && !part.node->text.empty()) return part.node->text;
  refuse(part, fmt::format("'{}' holds no text", part.name),
         fmt::format("write one text after '{}:'", part.name));
  return {};
}

bool Reader::check_name(const Part& part, std::string_view text) {
  if (is_name(text)) return true;
  problems_.add(
      part.at, fmt::format("'{}' is no name", text),
      fmt::format("write small letters, digits and hyphens, a letter first, at most {}", kNameBytesMax));
  return false;
}

std::string Reader::name(const Part& part) {
  auto text = word(part);
  if (text.empty() || check_name({part.node, part.node->at, part.name}, text)) return text;
  return {};
}

std::size_t Reader::one_of(const Part& part, std::span<const std::string_view> known) {
  const auto text = word(part);
  const auto found = std::ranges::find(known, text);
  if (found == known.end() && !text.empty()) {
    refuse(part, fmt::format("'{}' is not known as '{}'", text, part.name), suggest(text, known));
  }
  return static_cast<std::size_t>(found - known.begin());
}

std::size_t Reader::one_of(const Part& part, Words words) {
  return one_of(part, words_of(words, vocabulary_));
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
    } else if (base::contains(seen, item.text)) {
      refuse(of_item, fmt::format("'{}' stands twice in '{}'", item.text, part.name), "take one of them out");
    } else {
      seen.push_back(item.text);
      positions_[part.name + "." + item.text] = item.at;
      items.push_back(std::move(of_item));
    }
  }
  return items;
}

std::vector<std::string> Reader::words(const Part& part, Words words) {
  std::vector<std::string> found;
  if (!part) return found;
  const auto known = words_of(words, vocabulary_);
  for (const auto& item : list(part)) {
    if (one_of(item, known) < known.size()) found.push_back(item.node->text);
  }
  return found;
}

std::vector<std::string> Reader::references(const Part& part) {
  std::vector<std::string> found;
  if (!part) return found;
  for (const auto& item : list(part)) found.push_back(item.node->text);
  return found;
}

Texts Reader::texts(const Part& part) {
  if (!part) return {};
  std::array<std::string, 4> by_language;
  if (part.node->type != Node::Type::Map) {
    refuse(part, fmt::format("'{}' is no text per language", part.name), "write '{ nl: …, fr: … }'");
    return {};
  }
  for (const auto& entry : part.node->entries) {
    const Part text{&entry.value, entry.at, part.name + "." + entry.key};
    const auto language = base::parse_language(entry.key);
    if (!language || entry.key.size() != 2 || !base::contains(policy_.languages_, *language)) {
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

std::string Reader::checked(const Part& part, bool (*is_right)(std::string_view), std::string_view is_no,
                            std::string_view instead) {
  auto text = word(part);
  if (!text.empty() && !is_right(text)) {
    refuse(part, fmt::format("'{}' is no {}", text, is_no), std::string{instead});
  }
  return text;
}

std::string Reader::mail_address(const Part& part) {
  return checked(part, is_mail_address, "e-mail address", "write name@domain");
}
std::string Reader::https_address(const Part& part) {
  return checked(part, is_https_address, "address of a secure page", "write 'https://…'");
}
std::vector<std::string> Reader::hosts(const Part& part) {
  std::vector<std::string> all;
  if (!part) return all;
  for (const auto& item : list(part)) {
    const auto host =
        checked(item, is_host, "name of a machine", "write it in small letters, as in smtp.post.example");
    if (host.empty()) continue;
    if (policy_.runs(host)) {
      refuse(item, fmt::format("the machine '{}' is named twice", host), "leave it with whoever runs it");
    }
    all.push_back(host);
  }
  return all;
}
std::string Reader::country(const Part& part) {
  return checked(part, is_country, "country", "write its two capitals, as in BE");
}
std::string Reader::date(const Part& part) {
  return checked(part, is_date, "date", "write it as in 2026-11-01");
}

Span Reader::span(const Part& part) {
  const auto text = word(part);
  if (text.empty()) return {};
  const auto parsed = parse_span(text);
  if (parsed) return *parsed;
  refuse(part, parsed.error().what, parsed.error().instead);
  return {};
}

std::optional<Span> Reader::from_law(const Part& part, LawParameter parameter) {
  const auto row = law_on(parameter, policy_.law_, policy_.in_force_);
  if (row) return row->value;
  if (is_date(policy_.in_force_)) {
    refuse(part, fmt::format("no law is known for '{}' on {}", part.name, policy_.in_force_),
           "write the number itself");
  }
  return std::nullopt;
}

Span Reader::span_or_law(const Part& part, LawParameter parameter) {
  const auto text = word(part);
  if (text.empty() || text == to_text(Span{})) return {};
  if (text == "law") return from_law(part, parameter).value_or(Span{});
  const auto parsed = parse_span(text);
  if (parsed) return *parsed;
  refuse(part, parsed.error().what, parsed.error().instead + ", or 'law', or 'without delay'");
  return {};
}

Policy Reader::read(const Node& root) {
  const Part whole{&root, root.at, ""};
  if (root.type != Node::Type::Map) {
    problems_.add(root.at, "the file holds no policy", "begin with 'policy: <name>'");
    return std::move(policy_);
  }
  is_map_of(whole, Map::Root);
  read_header(whole);
  read_parties(maybe(whole, "parties"));
  read_purposes(maybe(whole, "purposes"));
  read_data(maybe(whole, "data"));
  read_consents(maybe(whole, "consent"));
  read_updates(maybe(whole, "updates"));
  read_recipients(maybe(whole, "recipients"));
  read_places(maybe(whole, "places"));
  read_systems(maybe(whole, "systems"));
  read_decisions(maybe(whole, "decisions"));
  read_rights(maybe(whole, "rights"));
  read_breach(maybe(whole, "breach"));
  read_minors(maybe(whole, "minors"));
  read_accounts(maybe(whole, "accounts"));
  read_refuses(maybe(whole, "refuses"));
  policy_.disclosure_grounds_ = words(maybe(whole, "disclosures"), Words::Grounds);
  read_stored_items(maybe(whole, "cookies"));
  read_glossary(maybe(whole, "glossary"));
  read_staff(maybe(whole, "staff"));
  read_credentials(maybe(whole, "credentials"));
  check_purposes();
  check_data();
  check_items_once();
  check_fields();
  check_consents();
  check_updates();
  check_opening();
  check_recipients();
  check_places();
  check_systems();
  check_decisions();
  check_contact();
  check_rights();
  check_rights_of_law();
  check_breach();
  check_minors();
  check_stored_items();
  check_staff();
  if (problems_.empty()) summarise(root);
  return std::move(policy_);
}

std::expected<Policy, std::vector<Problem>> Policy::parse(std::string_view yaml, const Vocabulary& vocabulary,
                                                          Extent extent) {
  Problems problems;
  const auto root = read_tree(yaml, problems);
  if (!root) return std::unexpected(std::move(problems).take());
  auto policy = Reader(vocabulary, extent, problems).read(*root);
  if (!problems.empty()) return std::unexpected(std::move(problems).take());
  return policy;
}

}  // namespace policy
