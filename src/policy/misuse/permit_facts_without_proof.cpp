// error: no matching member function for call to 'permit_facts'
#include "policy/gate.h"

void misuse(const policy::Gate& gate) {
  (void)gate;
  (void)gate.permit_facts();  // misuse
}
