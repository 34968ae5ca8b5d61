// What people may ask for, what is done when something went wrong, and how the organisation works.

#include <fmt/format.h>

#include <algorithm>

#include "base/contains.h"
#include "base/number.h"
#include "policy/limits.h"
#include "policy/reader.h"
#include "policy/words.h"

namespace policy {
namespace {

/// What a browser lets a cookie or a stored item be called, within reason.
bool is_item_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameBytesMax && std::ranges::none_of(text, [](char c) {
    return c <= ' ' || c == 0x7f || c == ';' || c == ',' || c == '=' || c == '"';
  });
}

}  // namespace

void Reader::read_rights(const Part& part) {
  if (!part || !is_map(part)) return;
  for (const auto& of : named(part)) {
    const auto name = of.name.substr(part.name.size() + 1);
    if (name == "identity") {
      for (const auto& item : words(of, Words::IdentityProofs)) {
        const auto known = identity_words();
        policy_.rights_.identity.push_back(
            static_cast<IdentityProof>(std::ranges::find(known, item) - known.begin()));
      }
    } else if (name == "needs") {
      policy_.rights_.needs = words(of, Words::RequestNeeds);
    } else {
      read_right(of, name);
    }
  }
}

void Reader::read_right(const Part& part, const std::string& name) {
  Right right;
  right.name = name;
  const auto usual = act_words();
  const auto place = std::ranges::find(usual, name);
  const bool is_usual = place != usual.end();
  if (is_usual) right.act = static_cast<RightAct>(place - usual.begin());
  if (!is_usual && part.node->type == Node::Type::Map && part.node->find("does") == nullptr) {
    problems_.add(part.at, fmt::format("'{}' is no usual right, and does not say what it does", name),
                  fmt::format("{}; or add 'does: …' and 'says: {{ … }}'", suggest(name, usual)));
    return;
  }
  check_name(part, name);
  if (!is_map_of(part, is_usual ? Map::Right : Map::OwnRight)) return;
  if (const auto does = maybe(part, "does"); does && !is_usual) read_word(does, Words::OwnActs, right.act);
  right.says = texts(maybe(part, "says"));
  right.within = span_or_law(maybe(part, "within"), LawParameter::RequestAnswer);
  right.formats = words(maybe(part, "formats"), Words::Formats);
  if (const auto by = maybe(part, "by");
      by && one_of(by, Words::Roles) < words_of(Words::Roles, vocabulary_).size()) {
    right.by = by.node->text;
  }
  policy_.rights_.list.push_back(std::move(right));
}

void Reader::read_breach(const Part& part) {
  if (!part || !is_map_of(part, Map::Breach)) return;
  policy_.breach_.closed_with = words(maybe(part, "closed-with"), Words::Closings);
  const auto tell = maybe(part, "tell");
  if (!tell || !is_map_of(tell, Map::Tell)) return;
  using enum LawParameter;
  constexpr std::array kLaw{BreachToController, BreachToAuthority, BreachToPeople};
  const auto known = told_words();
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (const auto whom = maybe(tell, known[i])) {
      policy_.breach_.tell.push_back({.whom = static_cast<Told>(i),
                                      .within = span_or_law(whom, kLaw[i]),
                                      .by_law = whom.node->text == "law"});
    }
  }
}

void Reader::read_minors(const Part& part) {
  if (!part || !is_map_of(part, Map::Minors)) return;
  if (const auto age = maybe(part, "age")) {
    const auto text = word(age);
    const auto number = base::parse_number<int>(text);
    if (text == "law") {
      if (const auto years = from_law(age, LawParameter::ChildAge)) policy_.minors_.age = years->count;
    } else if (number && *number >= 1 && *number <= kMinorAgeMax) {
      policy_.minors_.age = *number;
    } else if (!text.empty()) {
      refuse(age, fmt::format("'{}' is no age", text),
             fmt::format("write 'law', or a number from 1 to {}", kMinorAgeMax));
    }
  }
  if (const auto guardian = maybe(part, "guardian")) {
    policy_.minors_.guardian_confirms = one_of(guardian, Words::Guardians) == 0;
  }
}

void Reader::read_accounts(const Part& part) {
  if (!part || !is_map_of(part, Map::Accounts)) return;
  auto& unused = policy_.unused_accounts_;
  unused.closed_after = span(maybe(part, "close-unused"));
  const auto warned = maybe(part, "warn-before");
  unused.warned_before = span(warned);
  if (unused.closed_after.count == 0 || unused.warned_before.count == 0) return;
  constexpr base::Instant kUsed{};
  if (after(kUsed, unused.warned_before) < after(kUsed, unused.closed_after)) return;
  refuse(warned, "the warning comes before the last use",
         fmt::format("write less than {}", to_text(unused.closed_after)));
}

void Reader::read_refuses(const Part& part) {
  policy_.refuses_ = part ? words(part, Words::SpecialCategories) : vocabulary_.special_categories;
}

void Reader::check_lifetime(const Part& part, const StoredItem& item) {
  if (item.lifetime.empty() || item.lifetime == kUntilBrowserCloses || parse_span(item.lifetime)) return;
  if (item.lifetime != kUntilCleared) {
    refuse(part, fmt::format("'{}' is no lifetime", item.lifetime),
           fmt::format("write '{}', '{}', or a span as in '8 hours'", kUntilBrowserCloses, kUntilCleared));
  } else if (item.where != StoredWhere::LocalStorage) {
    refuse(part, fmt::format("'{}' is in no local storage, so it ends by itself", item.name),
           fmt::format("write '{}', or a span as in '8 hours'", kUntilBrowserCloses));
  }
}

void Reader::read_stored_items(const Part& part) {
  for (const auto& of : named(part)) {
    StoredItem item;
    item.name = of.name.substr(part.name.size() + 1);
    if (!is_item_name(item.name)) {
      problems_.add(of.at, fmt::format("'{}' is no name of a stored item", item.name),
                    "write it as the browser shows it");
    }
    if (is_map_of(of, Map::StoredItem)) {
      read_word(maybe(of, "where"), Words::StoredWheres, item.where);
      read_word(maybe(of, "kind"), Words::StoredKinds, item.kind);
      item.says = texts(maybe(of, "says"));
      item.read_by = word(maybe(of, "read-by"));
      const auto lifetime = maybe(of, "lifetime");
      item.lifetime = word(lifetime);
      check_lifetime(lifetime, item);
    }
    policy_.stored_items_.push_back(std::move(item));
  }
}

void Reader::read_glossary(const Part& part) {
  for (const auto& of : named(part)) {
    check_name(of, of.name.substr(part.name.size() + 1));
    if (!is_map_of(of, Map::GlossaryEntry)) continue;
    policy_.glossary_.push_back({texts(maybe(of, "word")), texts(maybe(of, "means"))});
  }
}

void Reader::read_staff(const Part& part) {
  if (!part || !is_map_of(part, Map::Staff)) return;
  if (const auto factors = maybe(part, "factors")) {
    const auto number = base::parse_number<int>(word(factors));
    if (number && (*number == 1 || *number == 2)) {
      policy_.staff_.factors = *number;
    } else {
      refuse(factors, fmt::format("'{}' is no number of factors", factors.node->text), "write 1 or 2");
    }
  }
  if (const auto browsers = maybe(part, "browsers"))
    policy_.staff_.known_devices = one_of(browsers, Words::StaffBrowsers) == 1;
  policy_.staff_.four_eyes = words(maybe(part, "four-eyes"), Words::FourEyes);
  read_acknowledgements(maybe(part, "acknowledge"));
  read_training(maybe(part, "training"));
}

void Reader::read_acknowledgements(const Part& part) {
  for (const auto& of : named(part)) {
    Acknowledgement one;
    one.name = of.name.substr(part.name.size() + 1);
    check_name(of, one.name);
    if (!is_map_of(of, Map::Acknowledgement)) continue;
    one.title = texts(maybe(of, "title"));
    one.text = texts(maybe(of, "text"));
    if (const auto how = maybe(of, "how")) one.is_signed = one_of(how, Words::Agreeing) == 1;
    one.again_after = span(maybe(of, "again-after"));
    policy_.staff_.acknowledge.push_back(std::move(one));
  }
}

void Reader::read_training(const Part& part) {
  for (const auto& of : named(part)) {
    Training one;
    one.name = of.name.substr(part.name.size() + 1);
    check_name(of, one.name);
    if (!is_map_of(of, Map::Training)) continue;
    one.title = texts(maybe(of, "title"));
    one.valid = span(maybe(of, "valid"));
    policy_.staff_.training.push_back(std::move(one));
  }
}

void Reader::read_credentials(const Part& part) {
  const auto known = words_of(Words::Credentials, vocabulary_);
  for (const auto& of : named(part)) {
    const auto credential = of.name.substr(part.name.size() + 1);
    if (!base::contains(known, credential)) {
      problems_.add(of.at, fmt::format("unknown credential '{}'", credential), suggest(credential, known));
    }
    policy_.credentials_.push_back({credential, span(of)});
  }
}

}  // namespace policy
