// error: calling a private constructor of class 'policy::DisclosurePermit'
#include "policy/permit.h"

void misuse() {
  policy::DisclosurePermit permit;  // misuse
}
