// error: calling a private constructor of class 'policy::FieldPermit'
#include "policy/permit.h"

void misuse(const policy::RecordPermit& other) {
  (void)other;
  policy::FieldPermit permit(other, "email");  // misuse
}
