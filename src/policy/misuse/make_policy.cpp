// error: calling a private constructor of class 'policy::Policy'
#include "policy/policy.h"

void misuse() {
  policy::Policy policy;  // misuse
}
