// error: no viable conversion from 'const policy::RecordPermit'
#include "policy/permit.h"
#include "vault/vault.h"

void misuse(vault::Vault& vault, base::PersonId person, const policy::RecordPermit& opened) {
  (void)vault, (void)person, (void)opened;
  (void)vault.update_field(person, vault::NewField{opened, "ada@club.example"});  // misuse
}
