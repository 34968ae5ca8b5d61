#include "app/staff_surface.h"

#include "access/accounts.h"
#include "app/house.h"
#include "services/services.h"

namespace app {

using base::Result;

retention::Surface staff_surface(House& house) {
  retention::Surface surface;
  surface.name = "staff";
  surface.accounts = [&house]() -> Result<std::vector<retention::Account>> {
    ASSIGN_OR_RETURN(const auto uses, house.members->uses());
    std::vector<retention::Account> accounts;
    for (const auto& use : uses) {
      accounts.push_back({.person = use.person,
                          .scope = staff::kStaffScope,
                          .last_used = use.last,
                          .is_needed = use.is_needed,
                          .page = "/staff"});
    }
    return accounts;
  };
  surface.forget_person = [&house](base::PersonId person) -> Result<void> {
    ASSIGN_OR_RETURN(const auto uses, house.members->uses());
    for (const auto& use : uses) {
      if (use.person == person) RETURN_IF_ERROR(house.services->forget_member(use.member));
    }
    return staff::forget_account(*house.control, *house.journal, person);
  };
  return surface;
}

}  // namespace app
