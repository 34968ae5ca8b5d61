// What is worked out of a whole policy: its version, what each purpose's consent was given to, what is
// measured.

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/contains.h"
#include "crypto/hash.h"
#include "policy/reader.h"

namespace policy {
namespace {

constexpr std::size_t kVersionDigits = 16;

std::string short_hash(std::string_view text, std::size_t digits) {
  return base::to_hex(crypto::sha256(base::as_bytes(text))).substr(0, digits);
}

/// Whoever agreed to it agreed to this, in whatever language they read it.
std::string version_of(const Acknowledgement& one, const std::vector<base::Language>& languages) {
  auto text = fmt::format("{}\n", one.is_signed ? "signed" : "read");
  for (const auto language : languages)
    text +=
        fmt::format("{}\n{}\n{}\n", base::to_text(language), one.title.in(language), one.text.in(language));
  return short_hash(text, kVersionDigits);
}

}  // namespace

std::string Reader::flows(const Purpose& purpose) const {
  const auto any_for_it = [&](const std::vector<std::string>& data) {
    return std::ranges::any_of(data, [&](const std::string& name) {
      const auto* datum = policy_.datum(name);
      return datum != nullptr && base::contains(datum->purposes, purpose.name);
    });
  };
  std::string text;
  for (const auto& recipient : policy_.recipients_) {
    if (!any_for_it(recipient.gets)) continue;
    text += fmt::format("recipient {}={} {} {} {}\n", recipient.name, recipient.called, recipient.country,
                        to_text(recipient.role), to_text(recipient.transfer));
  }
  for (const auto& place : policy_.places_) {
    if (any_for_it(place.holds)) text += fmt::format("place {}={}\n", place.name, place.country);
  }
  return text;
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
    if (base::contains(datum.purposes, purpose.name)) text += part_of("data", datum.name);
  }
  for (const auto& update : policy_.updates_) {
    if (update.purpose == purpose.name) text += part_of("updates", update.name);
  }
  return short_hash(text + flows(purpose), 32);
}

void Reader::summarise(const Node& root) {
  policy_.version_ = fmt::format("{}-{}", policy_.in_force_, short_hash(canonical(root), 12));
  for (auto& purpose : policy_.purposes_) purpose.fingerprint = fingerprint(root, purpose);
  for (auto& one : policy_.staff_.acknowledge) one.version = version_of(one, policy_.languages_);
  auto& measurement = policy_.measurement_;
  for (const auto& datum : policy_.data_) {
    measurement.facts |= datum.facts;
    if (datum.kind == Kind::Marks) {
      measurement.marks.insert(measurement.marks.end(), datum.items.begin(), datum.items.end());
    }
  }
  for (const auto& rule : policy_.consents_) {
    const auto is_measured_for = [&](const Data& datum) {
      const bool measures = datum.kind == Kind::Facts || datum.kind == Kind::Marks;
      return measures && base::contains(datum.purposes, rule.purpose);
    };
    if (rule.ask == AskWhen::EveryViewing || std::ranges::any_of(policy_.data_, is_measured_for)) {
      measurement.purposes.push_back(rule.purpose);
    }
  }
}

}  // namespace policy
