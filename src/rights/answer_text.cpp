// An answer as data and as tables.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "rights/answer.h"

namespace rights {
namespace {

using nlohmann::ordered_json;

ordered_json time_json(const std::optional<base::Instant>& at) {
  return at ? ordered_json(base::to_rfc3339(*at)) : ordered_json();
}

std::string time_cell(const std::optional<base::Instant>& at) { return at ? base::to_rfc3339(*at) : ""; }

ordered_json purposes_json(const std::vector<std::string>& names, const policy::Policy& policy,
                           base::Language language) {
  auto out = ordered_json::array();
  for (const auto& name : names) {
    const auto* purpose = policy.purpose(name);
    if (purpose == nullptr) continue;
    out.push_back({{"purpose", name},
                   {"says", purpose->says.in(language)},
                   {"basis", policy::to_text(purpose->basis)}});
  }
  return out;
}

ordered_json values_json(const HeldProperty& held, const policy::Policy& policy, base::Language language) {
  auto out = ordered_json::array();
  for (const auto& value : held.values) {
    out.push_back({{"data", value.datum},
                   {"name", value.name},
                   {"label", value.label},
                   {"value", value.value},
                   {"purposes", purposes_json(value.purposes, policy, language)},
                   {"source", value.sources},
                   {"given_on", value.given_on.empty() ? ordered_json() : ordered_json(value.given_on)},
                   {"stored", base::to_rfc3339(value.stored_at)},
                   {"policy", value.policy_version},
                   {"kept", value.term},
                   {"ends", time_json(value.ends)},
                   {"then", value.then}});
  }
  return out;
}

ordered_json property_json(const HeldProperty& held, const policy::Policy& policy, base::Language language) {
  ordered_json out = {{"property", held.slug}, {"title", held.title}};
  out["data"] = values_json(held, policy, language);
  out["sessions"] = ordered_json::array();
  for (const auto& one : held.sessions) {
    out["sessions"].push_back({{"session", base::to_text(one.session)},
                               {"opened", base::to_rfc3339(one.opened)},
                               {"consented", one.consented},
                               {"withdrawn", time_json(one.withdrawn)}});
  }
  out["consents"] = ordered_json::array();
  for (const auto& one : held.consents) {
    out["consents"].push_back({{"at", base::to_rfc3339(one.at)},
                               {"purpose", one.purpose},
                               {"state", consent::to_text(one.state)},
                               {"method", consent::to_text(one.method)},
                               {"session", base::to_text(one.session)},
                               {"policy", one.policy_version},
                               {"text", one.text}});
  }
  out["mails"] = ordered_json::array();
  for (const auto& one : held.mails)
    out["mails"].push_back(
        {{"mail", one.template_name}, {"state", one.state}, {"at", base::to_rfc3339(one.at)}});
  out["acts"] = ordered_json::array();
  for (const auto& one : held.acts)
    out["acts"].push_back({{"at", base::to_rfc3339(one.at)}, {"act", one.kind}, {"by", "staff"}});
  out["disclosures"] = ordered_json::array();
  for (const auto& one : held.disclosures) {
    out["disclosures"].push_back({{"at", base::to_rfc3339(one.at)},
                                  {"receiver", one.receiver},
                                  {"ground", one.ground},
                                  {"data", one.data}});
  }
  return out;
}

ordered_json parties_json(const policy::Policy& policy, base::Language language) {
  ordered_json out;
  const auto& parties = policy.parties();
  const auto add = [&out](const char* name, const std::optional<policy::Party>& party) {
    if (party && !party->name.empty())
      out[name] = {{"name", party->name}, {"contact", party->contact}, {"country", party->country}};
  };
  add("controller", parties.controller);
  add("processor", parties.processor);
  add("officer", parties.officer);
  out["privacy_contact"] = parties.privacy_contact;
  if (parties.authority) {
    out["authority"] = {{"name", parties.authority->name}, {"complaints", parties.authority->complaints}};
  }
  out["recipients"] = ordered_json::array();
  for (const auto& one : policy.recipients()) {
    if (!one.is_active()) continue;
    out["recipients"].push_back({{"name", one.called},
                                 {"country", one.country},
                                 {"does", one.does.in(language)},
                                 {"policy", one.policy},
                                 {"gets", one.gets},
                                 {"transfer", policy::to_text(one.transfer)}});
  }
  out["decisions"] = ordered_json::array();
  for (const auto& one : policy.decisions()) {
    out["decisions"].push_back({{"decision", one.name},
                                {"says", one.says.in(language)},
                                {"logic", one.logic.in(language)},
                                {"purpose", one.purpose},
                                {"confirmed_by_person", one.confirmed_by_person}});
  }
  return out;
}

}  // namespace

std::string to_json(const Answer& answer, const policy::Policy& policy) {
  ordered_json out = {{"organisation", answer.organisation},
                      {"made", base::to_rfc3339(answer.made_at)},
                      {"language", base::to_text(answer.language)},
                      {"policy", policy.version()}};
  out.update(parties_json(policy, answer.language));
  out["properties"] = ordered_json::array();
  for (const auto& held : answer.properties)
    out["properties"].push_back(property_json(held, policy, answer.language));
  return out.dump(2) + "\n";
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    std::string cell;
    if (!cells[i].empty() && std::string_view{"=+-@"}.find(cells[i].front()) != std::string_view::npos)
      cell += '\'';
    cell += cells[i];
    if (i > 0) line += ',';
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  return line + "\r\n";
}

std::vector<ZipMember> to_tables(const Answer& answer, const policy::Policy& policy) {
  std::string data = csv_line({"property", "data", "name", "label", "value", "purposes", "bases", "source",
                               "stored", "policy", "kept", "ends", "then"});
  std::string consents =
      csv_line({"property", "at", "purpose", "state", "method", "session", "policy", "text"});
  std::string sessions = csv_line({"property", "session", "opened", "consented", "withdrawn"});
  std::string mails = csv_line({"property", "mail", "state", "at"});
  std::string acts = csv_line({"property", "at", "act", "by"});
  std::string disclosures = csv_line({"property", "at", "receiver", "ground", "data"});
  for (const auto& held : answer.properties) {
    for (const auto& one : held.values) {
      std::vector<std::string_view> bases;
      for (const auto& name : one.purposes) {
        if (const auto* purpose = policy.purpose(name)) bases.push_back(policy::to_text(purpose->basis));
      }
      data +=
          csv_line({held.slug, one.datum, one.name, one.label, one.value,
                    fmt::format("{}", fmt::join(one.purposes, " ")), fmt::format("{}", fmt::join(bases, " ")),
                    fmt::format("{}", fmt::join(one.sources, "; ")), base::to_rfc3339(one.stored_at),
                    one.policy_version, one.term, time_cell(one.ends), one.then});
    }
    for (const auto& one : held.consents) {
      consents +=
          csv_line({held.slug, base::to_rfc3339(one.at), one.purpose,
                    std::string{consent::to_text(one.state)}, std::string{consent::to_text(one.method)},
                    base::to_text(one.session), one.policy_version, one.text});
    }
    for (const auto& one : held.sessions) {
      sessions += csv_line({held.slug, base::to_text(one.session), base::to_rfc3339(one.opened),
                            one.consented ? "yes" : "no", time_cell(one.withdrawn)});
    }
    for (const auto& one : held.mails)
      mails += csv_line({held.slug, one.template_name, one.state, base::to_rfc3339(one.at)});
    for (const auto& one : held.acts)
      acts += csv_line({held.slug, base::to_rfc3339(one.at), one.kind, "staff"});
    for (const auto& one : held.disclosures) {
      disclosures += csv_line({held.slug, base::to_rfc3339(one.at), one.receiver, one.ground,
                               fmt::format("{}", fmt::join(one.data, " "))});
    }
  }
  return {{"data.csv", data},   {"sessions.csv", sessions}, {"consents.csv", consents},
          {"mails.csv", mails}, {"acts.csv", acts},         {"disclosures.csv", disclosures}};
}

std::vector<ZipMember> to_records(const Answer& answer) {
  std::vector<ZipMember> members;
  for (const auto& held : answer.properties)
    members.push_back({fmt::format("records-{}.csv", held.slug), held.records});
  return members;
}

}  // namespace rights
