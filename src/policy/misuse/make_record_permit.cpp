// error: calling a private constructor of class 'policy::NamedPermit<policy::Kind::Records>'
#include "policy/permit.h"

void misuse(const policy::AttributePermit& other) {
  (void)other;
  policy::RecordPermit permit(other, "opened");  // misuse
}
