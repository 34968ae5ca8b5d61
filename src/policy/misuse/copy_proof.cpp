// error: call to deleted constructor of 'policy::ConsentProof'
#include "policy/permit.h"

void misuse(const policy::ConsentProof& proof) {
  (void)proof;
  policy::ConsentProof kept = proof;  // misuse
}
