// error: reference to type 'const policy::FieldPermit' could not bind to an lvalue of type 'const char[6]'
#include "policy/permit.h"
#include "vault/vault.h"

void misuse(vault::Vault& vault, base::PersonId person) {
  (void)vault, (void)person;
  (void)vault.update_field(person, vault::NewField{"email", "ada@club.example"});  // misuse
}
