// error: calling a private constructor of class 'policy::Permit'
#include "policy/permit.h"

void misuse() {
  policy::Permit permit("contact", "version", {"purpose"});  // misuse
}
