// error: calling a private constructor of class 'policy::ConsentProof'
#include "policy/permit.h"

void misuse(const policy::Purpose& purpose) {
  (void)purpose;
  policy::ConsentProof proof(purpose, "version", {}, {}, {}, {});  // misuse
}
