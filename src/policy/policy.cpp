#include "policy/policy.h"

#include <algorithm>

#include "base/contains.h"

namespace policy {
namespace {

template <class Thing>
const Thing* find_named(const std::vector<Thing>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Thing::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::string ConsentRule::shown(base::Language language) const {
  auto text = asks.in(language);
  if (costs) text += "\n" + costs->in(language);
  return text + "\n" + explains.in(language) + "\n" + accept.in(language) + "\n" + decline.in(language);
}

const Purpose* Policy::purpose(std::string_view name) const { return find_named(purposes_, name); }
const Data* Policy::datum(std::string_view name) const { return find_named(data_, name); }
const Field* Policy::field(std::string_view name) const { return find_named(fields_, name); }

const Field* Policy::email_field() const {
  const auto found = std::ranges::find(fields_, FieldType::Email, &Field::type);
  return found == fields_.end() ? nullptr : &*found;
}

const ConsentRule* Policy::consent(std::string_view purpose) const {
  const auto found = std::ranges::find(consents_, purpose, &ConsentRule::purpose);
  return found == consents_.end() ? nullptr : &*found;
}

const Data* Policy::record(std::string_view name) const {
  const auto found = std::ranges::find_if(data_, [&](const Data& datum) {
    return datum.kind == Kind::Records && base::contains(datum.items, name);
  });
  return found == data_.end() ? nullptr : &*found;
}

const Recipient* Policy::recipient(std::string_view name) const { return find_named(recipients_, name); }
const Update* Policy::update(std::string_view name) const { return find_named(updates_, name); }

const Field* Policy::subscriber_address() const {
  const auto found = std::ranges::find_if(fields_, [&](const Field& field) {
    const auto* of = datum(field.data);
    return field.type == FieldType::Email && of != nullptr && base::contains(of->from, kSubscription);
  });
  return found == fields_.end() ? nullptr : &*found;
}

std::optional<std::string> Policy::runs(std::string_view host) const {
  for (const auto& recipient : recipients_) {
    if (base::contains(recipient.hosts, host)) return recipient.name;
  }
  for (const auto& system : systems_) {
    if (!base::contains(system.hosts, host)) continue;
    const auto* place = find_named(places_, system.place);
    return place == nullptr ? std::string{}
                            : place->by;  // A place that is not there is a problem of its own.
  }
  return std::nullopt;
}

const Decision* Policy::attendance_rule() const {
  const auto found =
      std::ranges::find_if(decisions_, [](const Decision& decision) { return decision.watched > 0; });
  return found == decisions_.end() ? nullptr : &*found;
}

const Right* Rights::find(std::string_view name) const { return find_named(list, name); }

const Right* Rights::of(RightAct act) const {
  const auto found = std::ranges::find(list, act, &Right::act);
  return found == list.end() ? nullptr : &*found;
}

bool Recipient::is_active() const {
  return !policy.empty() && !assessed.empty() && (role != RecipientRole::Processor || !agreement.empty());
}

std::vector<std::string> Policy::name_fields() const {
  std::vector<std::string> names;
  for (const auto& field : fields_) {
    if (field.type == FieldType::Name) names.push_back(field.name);
  }
  return names;
}

}  // namespace policy
