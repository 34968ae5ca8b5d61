// error: no matching constructor for initialization of 'const pulse::OpenRequest'
#include "pulse/engine.h"

void misuse(const policy::RecordPermit& opened) {
  (void)opened;
  const pulse::OpenRequest request(opened, 3);  // misuse
}
