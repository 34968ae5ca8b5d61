#include "app/kept.h"

#include "policy/unkept.h"

namespace app {
namespace {

policy::Kept of_events() {
  policy::Kept kept;
  kept.ends = {"event end", "stored"};
  kept.sources = policy::Vocabulary{}.typed;
  kept.sources.emplace_back("registration form");
  kept.records = {"opened"};
  return kept;
}

policy::Kept of_rights() {
  policy::Kept kept;
  kept.ends = {"stored"};
  kept.sources = {"contact form", "e-mail"};
  return kept;
}

}  // namespace

policy::Kept kept() {
  policy::Kept all;
  add(all, of_events());
  add(all, of_rights());
  return all;
}

}  // namespace app
