#include "consent/receipt.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/contains.h"

namespace consent {
namespace {

using base::Code;
using base::fail;
using nlohmann::ordered_json;

ordered_json party(const policy::Party& party, const std::string& otherwise = {}) {
  ordered_json out = {{"name", party.name.empty() ? otherwise : party.name}};
  if (!party.contact.empty()) out["contact"] = party.contact;
  if (!party.country.empty()) out["country"] = party.country;
  return out;
}

ordered_json parties(const policy::Parties& all, const ReceiptContext& context) {
  ordered_json out = ordered_json::object();
  if (all.controller) out["controller"] = party(*all.controller, context.controller);
  if (all.processor) out["processor"] = party(*all.processor);
  if (all.officer) out["officer"] = party(*all.officer);
  if (!all.privacy_contact.empty()) out["privacy_contact"] = all.privacy_contact;
  if (all.authority) {
    out["authority"] = {{"name", all.authority->name},
                        {"complaints", all.authority->complaints},
                        {"country", all.authority->country}};
  }
  return out;
}

ordered_json information(const policy::Data& datum) {
  ordered_json out = {{"pii_type", datum.name},
                      {"items", datum.items},
                      {"class", policy::to_text(datum.data_class)},
                      {"retention", policy::to_text(datum.keep)},
                      {"afterwards", datum.then == policy::Afterwards::Erase ? "erase" : "anonymise"}};
  if (!datum.from.empty()) out["source"] = datum.from;
  return out;
}

bool shares_any(const std::vector<std::string>& some, const std::vector<std::string>& others) {
  return std::ranges::any_of(some, [&](const std::string& one) { return base::contains(others, one); });
}

ordered_json purpose_of(const policy::Policy& policy, const policy::Purpose& purpose,
                        base::Language language) {
  ordered_json out = {{"purpose", purpose.name},
                      {"says", purpose.says.in(language)},
                      {"basis", policy::to_text(purpose.basis)},
                      {"pii", ordered_json::array()},
                      {"storage_locations", ordered_json::array()},
                      {"recipients", ordered_json::array()}};
  std::vector<std::string> data;
  for (const auto& datum : policy.data()) {
    if (!base::contains(datum.purposes, purpose.name)) continue;
    out["pii"].push_back(information(datum));
    data.push_back(datum.name);
  }
  for (const auto& place : policy.places()) {
    if (shares_any(place.holds, data))
      out["storage_locations"].push_back({{"name", place.name}, {"country", place.country}});
  }
  for (const auto& recipient : policy.recipients()) {
    if (!shares_any(recipient.gets, data)) continue;
    out["recipients"].push_back({{"name", recipient.called},
                                 {"country", recipient.country},
                                 {"role", policy::to_text(recipient.role)},
                                 {"transfer", policy::to_text(recipient.transfer)}});
  }
  return out;
}

ordered_json rights_of(const policy::Policy& policy) {
  auto out = ordered_json::array();
  for (const auto& right : policy.rights().list)
    out.push_back({{"right", right.name}, {"within", policy::to_text(right.within)}});
  return out;
}

}  // namespace

base::Result<std::string> receipt(std::span<const Entry> entries, const policy::Policy& policy,
                                  const ReceiptContext& context) {
  if (entries.empty()) return fail(Code::Invalid, "nothing was asked, so there is no receipt");
  const auto& last = entries.back();
  const auto differs = [&](const Entry& entry) {
    return entry.session != last.session || entry.purpose != last.purpose;
  };
  if (std::ranges::any_of(entries, differs))
    return fail(Code::Invalid, "a receipt is of one session and one purpose");
  const auto* purpose = policy.purpose(last.purpose);
  if (purpose == nullptr) return fail(Code::Invalid, "the policy does not know this purpose");

  ordered_json out = {{"schema_version", "ISO/IEC TS 27560:2023"},
                      {"record_id", last.id},
                      {"pii_principal_id", base::to_text(last.session)},
                      {"privacy_notice", {{"version", last.policy_version}, {"address", context.notice}}},
                      {"language", base::to_text(last.language)},
                      {"purposes", {purpose_of(policy, *purpose, last.language)}},
                      {"jurisdiction", policy.law()},
                      {"withdrawal_method", context.withdrawal},
                      {"rights", rights_of(policy)},
                      {"parties", parties(policy.parties(), context)},
                      {"events", ordered_json::array()},
                      {"shown", last.text}};
  for (const auto& entry : entries) {
    out["events"].push_back({{"time", base::to_rfc3339(entry.at)},
                             {"state", to_text(entry.state)},
                             {"method", to_text(entry.method)},
                             {"notice_version", entry.policy_version}});
  }
  return out.dump(2) + "\n";
}

base::Result<std::string> receipt_of(std::span<const Entry> history, std::string_view id,
                                     const policy::Policy& in_force, Notices& notices,
                                     const ReceiptContext& context) {
  const auto last = std::ranges::find(history, id, &Entry::id);
  if (last == history.end()) return base::fail(base::Code::NotFound, "There is no such answer of yours.");
  std::vector<Entry> entries;
  std::copy_if(history.begin(), last + 1, std::back_inserter(entries), [&](const Entry& entry) {
    return entry.session == last->session && entry.purpose == last->purpose;
  });
  if (last->policy_version == in_force.version()) return receipt(entries, in_force, context);
  ASSIGN_OR_RETURN(const auto text, notices.text(last->policy_version));
  if (!text) return base::fail(base::Code::Corrupt, "The policy of this answer was not kept.");
  const auto policy = policy::Policy::parse(*text);
  if (!policy) return base::fail(base::Code::Corrupt, "The policy of this answer cannot be read any more.");
  return receipt(entries, *policy, context);
}

}  // namespace consent
