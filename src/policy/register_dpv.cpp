// The register for machines: JSON-LD with the W3C Data Privacy Vocabulary, version 2 (https://w3id.org/dpv),
// and its extension for the GDPR (https://w3id.org/dpv/legal/eu/gdpr).
//
// One node is the register; dpv:hasProcess leads to a dpv:Process per purpose; each process names its
// purpose, ground, data, recipients and, as its dpv:hasPersonalData, the data with their terms. Names of
// nodes are fragments of the document, so that the file stands by itself.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/contains.h"
#include "policy/notice_words.h"
#include "policy/register.h"

namespace policy {
namespace {

using nlohmann::json;

json reference(std::string_view kind, std::string_view name) {
  return {{"@id", fmt::format("#{}-{}", kind, name)}};
}

json said(const NoticeWords& words, std::string text) {
  return {{"@language", base::to_text(words.language())}, {"@value", std::move(text)}};
}

std::string_view basis_term(Basis basis) {
  switch (basis) {
    case Basis::Consent: return "eu-gdpr:A6-1-a";
    case Basis::Contract: return "eu-gdpr:A6-1-b";
    case Basis::LegalObligation: return "eu-gdpr:A6-1-c";
    case Basis::VitalInterest: return "eu-gdpr:A6-1-d";
    case Basis::PublicTask: return "eu-gdpr:A6-1-e";
    case Basis::LegitimateInterest: return "eu-gdpr:A6-1-f";
  }
  return {};
}

/// None for acts that no article names.
std::string_view right_term(RightAct act) {
  switch (act) {
    case RightAct::Access: return "eu-gdpr:A15";
    case RightAct::Correction: return "eu-gdpr:A16";
    case RightAct::Erasure: return "eu-gdpr:A17";
    case RightAct::Restriction: return "eu-gdpr:A18";
    case RightAct::Portability:
    case RightAct::HandOver: return "eu-gdpr:A20";
    case RightAct::Objection: return "eu-gdpr:A21";
    case RightAct::Withdrawal: return "eu-gdpr:A7-3";
    case RightAct::Answer: break;
  }
  return {};
}

std::string_view transfer_term(Transfer ground) {
  switch (ground) {
    case Transfer::Adequacy: return "eu-gdpr:A45-3";
    case Transfer::StandardClauses: return "eu-gdpr:A46-2-c";
    case Transfer::BindingRules: return "eu-gdpr:A46-2-b";
    case Transfer::Consent: return "eu-gdpr:A49-1-a";
    case Transfer::Contract: return "eu-gdpr:A49-1-b";
    case Transfer::None: break;
  }
  return {};
}

json party_node(std::string_view name, std::string_view type, const Party& party) {
  json node = {{"@id", fmt::format("#{}", name)}, {"@type", type}, {"dpv:hasName", party.name}};
  if (!party.contact.empty()) node["dpv:hasContact"] = party.contact;
  if (!party.country.empty()) node["dpv:hasCountry"] = party.country;
  return node;
}

json recipient_node(const NoticeWords& words, const Recipient& recipient) {
  const auto* type = recipient.role == RecipientRole::Processor    ? "dpv:DataProcessor"
                     : recipient.role == RecipientRole::Controller ? "dpv:DataController"
                                                                   : "dpv:Authority";
  json node = {{"@id", fmt::format("#recipient-{}", recipient.name)},
               {"@type", {"dpv:Recipient", type}},
               {"dpv:hasName", recipient.called},
               {"dpv:hasCountry", recipient.country},
               {"dct:description", said(words, words.in(recipient.does))},
               {"dct:source", recipient.policy}};
  if (const auto term = transfer_term(recipient.transfer); !term.empty())
    node["dpv:hasLegalBasis"] = {{"@id", term}};
  return node;
}

json data_node(const NoticeWords& words, const Data& datum) {
  const auto* type = datum.data_class == Class::Pseudonymous ? "dpv:PseudonymisedData" : "dpv:PersonalData";
  auto items = json::array();
  for (const auto& item : datum.items) {
    items.push_back(
        {{"@type", "dpv:PersonalData"},
         {"dct:title", said(words, words.item(datum, item))},
         {"dct:identifier", item},
         {"dct:description", said(words, example_of(words.policy(), datum, item, words.language()))}});
  }
  return {
      {"@id", fmt::format("#data-{}", datum.name)},
      {"@type", type},
      {"dct:title", said(words, words.title(datum))},
      {"dct:hasPart", std::move(items)},
      {"dpv:hasDataSource", said(words, words.sources(datum))},
      {"dpv:hasStorageCondition",
       {{"@type", datum.then == Afterwards::Erase ? "dpv:StorageDeletion" : "dpv:StorageDuration"},
        {"dct:identifier", to_text(datum.keep)},
        {"dct:description", said(words, fmt::format("{}. {}", words.term(datum.keep), words.fate(datum)))}}}};
}

json process_node(const NoticeWords& words, const Purpose& purpose) {
  const auto& policy = words.policy();
  auto data = json::array();
  auto recipients = json::array();
  const auto serves = [&](const Data& datum) { return base::contains(datum.purposes, purpose.name); };
  for (const auto& datum : policy.data()) {
    if (serves(datum)) data.push_back(reference("data", datum.name));
  }
  for (const auto& recipient : policy.recipients()) {
    const auto gets = [&](const std::string& name) {
      const auto* datum = policy.datum(name);
      return datum != nullptr && serves(*datum);
    };
    if (std::ranges::any_of(recipient.gets, gets))
      recipients.push_back(reference("recipient", recipient.name));
  }
  return {{"@id", fmt::format("#process-{}", purpose.name)},
          {"@type", "dpv:Process"},
          {"dpv:hasPurpose",
           {{"@type", "dpv:Purpose"},
            {"dct:identifier", purpose.name},
            {"dct:description", said(words, words.in(purpose.says))}}},
          {"dpv:hasLegalBasis", {{"@id", basis_term(purpose.basis)}}},
          {"dpv:hasPersonalData", std::move(data)},
          {"dpv:hasRecipient", std::move(recipients)}};
}

}  // namespace

std::string to_json_ld(const Policy& policy, RegisterRole role, base::Language language,
                       const NoticeContext& context) {
  const NoticeWords words(policy, language);
  const auto made = register_of(policy, role, language, context);
  json the_register = {{"@id", "#register"},
                       {"@type", "dpv:RegisterOfProcessingActivities"},
                       {"dct:title", said(words, made.title)},
                       {"dct:hasVersion", policy.version()},
                       {"dct:valid", policy.in_force()},
                       {"dpv:hasTechnicalOrganisationalMeasure", said(words, made.head.back().second)},
                       {"dpv:hasProcess", json::array()},
                       {"dpv:hasRight", json::array()}};
  auto nodes = json::array();
  const auto add_party = [&](std::string_view name, std::string_view property, std::string_view type,
                             const std::optional<Party>& party) {
    if (!party || party->name.empty()) return;
    the_register[property] = {{"@id", fmt::format("#{}", name)}};
    nodes.push_back(party_node(name, type, *party));
  };
  const auto& parties = policy.parties();
  add_party("controller", "dpv:hasDataController", "dpv:DataController", parties.controller);
  add_party("processor", "dpv:hasDataProcessor", "dpv:DataProcessor", parties.processor);
  add_party("officer", "dpv:hasDataProtectionOfficer", "dpv:DataProtectionOfficer", parties.officer);
  std::set<std::string_view> rights;
  for (const auto& right : policy.rights().list) {
    // Two rights may rest on one article.
    const auto term = right_term(right.act);
    if (!term.empty() && rights.insert(term).second) the_register["dpv:hasRight"].push_back({{"@id", term}});
  }
  for (const auto& purpose : policy.purposes()) {
    the_register["dpv:hasProcess"].push_back(reference("process", purpose.name));
    nodes.push_back(process_node(words, purpose));
  }
  for (const auto& datum : policy.data()) nodes.push_back(data_node(words, datum));
  for (const auto& recipient : policy.recipients()) nodes.push_back(recipient_node(words, recipient));
  nodes.insert(nodes.begin(), std::move(the_register));
  const json whole = {{"@context",
                       {{"dpv", "https://w3id.org/dpv#"},
                        {"eu-gdpr", "https://w3id.org/dpv/legal/eu/gdpr#"},
                        {"dct", "http://purl.org/dc/terms/"}}},
                      {"@graph", std::move(nodes)}};
  return whole.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

}  // namespace policy
