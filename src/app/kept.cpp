#include "app/kept.h"

#include "app/credentials_side.h"
#include "app/journal_keys.h"
#include "approvals/act.h"
#include "credentials/session_keys.h"
#include "policy/unkept.h"
#include "services/service.h"

namespace app {
namespace {

policy::Kept of_events() {
  policy::Kept kept;
  kept.ends = {"event end", "stored"};
  kept.sources = policy::Vocabulary{}.typed;
  kept.sources.emplace_back("registration form");
  kept.records = {"opened"};
  kept.four_eyes = {std::string{approvals::kExport}, std::string{approvals::kMoveEnd}};
  return kept;
}

policy::Kept of_rights() {
  policy::Kept kept;
  kept.ends = {"stored"};
  kept.sources = {"contact form", "e-mail"};
  kept.four_eyes = {std::string{approvals::kExport}, std::string{approvals::kUnmask}};
  return kept;
}

policy::Kept of_request_log() {
  policy::Kept kept;
  kept.ends = {"stored"};
  kept.logs = policy::Vocabulary{}.logs;
  return kept;
}

policy::Kept of_updates() {
  policy::Kept kept;
  kept.ends = {"subscription end"};
  kept.sources = {"subscription"};
  return kept;
}

policy::Kept of_credentials() {
  policy::Kept kept;
  kept.credentials = {std::string{kMailPassword}, std::string{credentials::SessionKeys::kName},
                      std::string{kJournalKey}, std::string{services::kTerm}};
  kept.four_eyes = {std::string{approvals::kReveal}};
  return kept;
}

}  // namespace

policy::Kept kept() {
  policy::Kept all;
  add(all, of_events());
  add(all, of_rights());
  add(all, of_request_log());
  add(all, of_updates());
  add(all, of_credentials());
  return all;
}

}  // namespace app
