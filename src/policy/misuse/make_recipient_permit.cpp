// error: calling a private constructor of class 'policy::RecipientPermit'
#include "policy/permit.h"

void misuse(const policy::FieldPermit& other) {
  (void)other;
  policy::RecipientPermit permit(other, "hosting");  // misuse
}
