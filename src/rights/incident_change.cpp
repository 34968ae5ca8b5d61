#include "rights/incident_change.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "rights/body.h"

namespace rights {
namespace {

using base::Code;
using base::Language;
using base::Result;
using nlohmann::json;

Result<std::optional<std::string>> maybe_text(const json& given, const char* name) {
  if (!given.contains(name)) return std::optional<std::string>{};
  ASSIGN_OR_RETURN(auto text, text_of(given, name));
  return std::optional{std::move(text)};
}

template <class Item>
Result<std::optional<std::vector<Item>>> maybe_list(const json& given, const char* name) {
  const auto found = given.find(name);
  if (found == given.end()) return std::optional<std::vector<Item>>{};
  const auto wrong = [&] { return base::fail(Code::Invalid, fmt::format("{}: a list", name)); };
  if (!found->is_array()) return wrong();
  std::vector<Item> items;
  for (const auto& one : *found) {
    if constexpr (std::is_same_v<Item, std::string>) {
      if (!one.is_string()) return wrong();
    } else {
      if (!one.is_number_integer()) return wrong();
    }
    items.push_back(one.get<Item>());
  }
  return std::optional{std::move(items)};
}

Result<std::optional<std::vector<Client>>> maybe_clients(const json& given) {
  const auto found = given.find("clients");
  if (found == given.end()) return std::optional<std::vector<Client>>{};
  if (!found->is_array()) return base::fail(Code::Invalid, "clients: a list");
  std::vector<Client> clients;
  for (const auto& one : *found) {
    if (!one.is_object()) return base::fail(Code::Invalid, "clients: each with name, email and language");
    Client client;
    ASSIGN_OR_RETURN(client.name, text_of(one, "name"));
    ASSIGN_OR_RETURN(client.address, text_of(one, "email"));
    ASSIGN_OR_RETURN(const auto language, text_of(one, "language"));
    client.language = base::parse_language(language).value_or(Language::Nl);
    clients.push_back(std::move(client));
  }
  return std::optional{std::move(clients)};
}

Result<std::optional<std::map<Language, Letter>>> maybe_letters(const json& given) {
  const auto found = given.find("letters");
  if (found == given.end()) return std::optional<std::map<Language, Letter>>{};
  if (!found->is_object()) return base::fail(Code::Invalid, "letters: an object by language");
  std::map<Language, Letter> letters;
  for (const auto& [tag, one] : found->items()) {
    const auto language = base::parse_language(tag);
    if (!language || !one.is_object())
      return base::fail(Code::Invalid, "letters: happened, consequences and measures by language");
    auto& letter = letters[*language];
    ASSIGN_OR_RETURN(letter.happened, text_of(one, "happened"));
    ASSIGN_OR_RETURN(letter.consequences, text_of(one, "consequences"));
    ASSIGN_OR_RETURN(letter.measures, text_of(one, "measures"));
  }
  return std::optional{std::move(letters)};
}

}  // namespace

Result<IncidentChange> read_change(const json& given) {
  IncidentChange said;
  if (given.contains("state")) {
    ASSIGN_OR_RETURN(const auto name, text_of(given, "state"));
    said.state = parse_incident_state(name);
    if (!said.state)
      return base::fail(Code::Invalid, "state: suspected, detected, ongoing, halted, concluded");
  }
  ASSIGN_OR_RETURN(said.aware, time_of(given, "aware"));
  if (given.contains("from")) {
    ASSIGN_OR_RETURN(said.from, time_of(given, "from"));
  }
  if (given.contains("until")) {
    ASSIGN_OR_RETURN(said.until, time_of(given, "until"));
  }
  ASSIGN_OR_RETURN(said.what, maybe_text(given, "what"));
  ASSIGN_OR_RETURN(said.found_by, maybe_text(given, "found_by"));
  ASSIGN_OR_RETURN(said.losses, maybe_list<std::string>(given, "losses"));
  ASSIGN_OR_RETURN(said.properties, maybe_list<std::string>(given, "properties"));
  ASSIGN_OR_RETURN(said.data, maybe_list<std::string>(given, "data"));
  ASSIGN_OR_RETURN(said.acts, maybe_list<journal::ActNumber>(given, "acts"));
  ASSIGN_OR_RETURN(said.consequences, maybe_text(given, "consequences"));
  ASSIGN_OR_RETURN(said.measures_before, maybe_text(given, "measures_before"));
  ASSIGN_OR_RETURN(said.measures, maybe_text(given, "measures"));
  ASSIGN_OR_RETURN(said.remedy, maybe_text(given, "remedy"));
  ASSIGN_OR_RETURN(said.policy_decision, maybe_text(given, "policy_decision"));
  ASSIGN_OR_RETURN(said.clients, maybe_clients(given));
  ASSIGN_OR_RETURN(said.letters, maybe_letters(given));
  return said;
}

}  // namespace rights
