// error: calling a private constructor of class 'policy::FactsPermit'
#include "policy/permit.h"

void misuse() {
  policy::FactsPermit permit;  // misuse
}
