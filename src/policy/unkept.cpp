#include "policy/unkept.h"

#include <fmt/format.h>

#include "base/contains.h"

namespace policy {
namespace {

void tell_of_items(const Data& datum, const std::vector<std::string>& kept,
                   std::vector<std::string>& sentences) {
  for (const auto& item : datum.items) {
    if (base::contains(kept, item)) continue;
    sentences.push_back(fmt::format("nothing here writes '{}' of '{}' ({}), so none is stored", item,
                                    datum.name, to_text(datum.kind)));
  }
}

void tell_of_datum(const Data& datum, const Kept& kept, std::vector<std::string>& sentences) {
  switch (datum.kind) {
    case Kind::Records: tell_of_items(datum, kept.records, sentences); break;
    case Kind::Attributes: tell_of_items(datum, kept.attributes, sentences); break;
    case Kind::Logs: tell_of_items(datum, kept.logs, sentences); break;
    case Kind::Fields:
    case Kind::Facts:
    case Kind::Marks: break;
  }
  for (const auto& source : datum.from) {
    if (base::contains(kept.sources, source)) continue;
    sentences.push_back(
        fmt::format("'{}' comes in by '{}', which this program does not offer yet", datum.name, source));
  }
  if (base::contains(kept.ends, datum.keep.after)) return;
  sentences.push_back(
      fmt::format("the term of '{}' counts from '{}', which no part of this program tells yet", datum.name,
                  datum.keep.after));
}

}  // namespace

std::vector<std::string> unkept(const Policy& policy, const Kept& kept) {
  std::vector<std::string> sentences;
  for (const auto& datum : policy.data()) tell_of_datum(datum, kept, sentences);
  for (const auto& recipient : policy.recipients()) {
    if (recipient.is_active()) continue;
    sentences.push_back(fmt::format("nothing goes to '{}' until its {} on record", recipient.name,
                                    recipient.assessed.empty() ? "assessment is" : "agreement is"));
  }
  for (const auto& rule : policy.credentials()) {
    if (base::contains(kept.credentials, rule.credential)) continue;
    sentences.push_back(
        fmt::format("the rotation of '{}' is not watched by this program yet", rule.credential));
  }
  for (const auto& act : policy.staff().four_eyes) {
    if (base::contains(kept.four_eyes, act)) continue;
    sentences.push_back(
        fmt::format("'{}' is to wait for a second person, and nothing of that name does here yet", act));
  }
  return sentences;
}

void add(Kept& kept, const Kept& more) {
  const auto join = [](std::vector<std::string>& to, const std::vector<std::string>& from) {
    for (const auto& word : from) {
      if (!base::contains(to, word)) to.push_back(word);
    }
  };
  join(kept.ends, more.ends);
  join(kept.sources, more.sources);
  join(kept.records, more.records);
  join(kept.attributes, more.attributes);
  join(kept.logs, more.logs);
  join(kept.credentials, more.credentials);
  join(kept.four_eyes, more.four_eyes);
}

}  // namespace policy
