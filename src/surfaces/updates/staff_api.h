// What staff who may send updates ask of the program: how many subscribe, what was written, how far sending
// is. Nobody's name or address is in it.
//
//   GET    /api/v1/updates                      updates and issues
//   POST   /api/v1/updates/issues               {"update", "texts": {"nl": {"subject", "body"}}}
//   GET    /api/v1/updates/issues/{issue}
//   PUT    /api/v1/updates/issues/{issue}       {"texts"}
//   DELETE /api/v1/updates/issues/{issue}
//   GET    /api/v1/updates/issues/{issue}/preview?language=nl
//   POST   /api/v1/updates/issues/{issue}/trial {"language"}: a mail to who asks
//   POST   /api/v1/updates/issues/{issue}/send
#pragma once

#include <memory>

#include "http/router.h"

namespace surfaces::updates {

class Updates;

void add_staff_api(http::Router& router, std::shared_ptr<Updates> updates);

}  // namespace surfaces::updates
