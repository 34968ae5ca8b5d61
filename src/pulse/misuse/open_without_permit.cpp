// error: no matching constructor for initialization of 'const pulse::OpenRequest'
#include "pulse/engine.h"

void misuse(base::PropertyNumber property, base::SessionId session, base::ViewerNumber viewer) {
  (void)property, (void)session, (void)viewer;
  const pulse::OpenRequest request(property, session, viewer);  // misuse
}
