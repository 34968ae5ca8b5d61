// What a surface is to the rest of the program: a value that `app` lists. Nothing registers itself.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/names.h"
#include "base/result.h"
#include "http/router.h"
#include "property/registry.h"

namespace retention {

/// Something that is done again and again. An error is logged and the job comes round again.
struct Job {
  std::string name;
  std::chrono::milliseconds every;
  std::function<base::Result<void>()> run;
};

/// Who wants to view a property, and what applies to them there.
struct Visit {
  base::PropertyNumber property;
  /// 0 when the property is open to anybody.
  base::ViewerNumber viewer;
  /// False: no heartbeat may be asked for.
  bool measured = false;
};

struct Surface {
  std::string name;
  http::Router routes;
  std::vector<Job> jobs;
  /// Who the link belongs to. Errors: NotFound for a link that opens nothing here, Conflict when the
  /// property cannot be viewed now.
  std::function<base::Result<Visit>(const property::Property& property, std::string_view link)> admit;
  /// From which pages heartbeats may come, of one property or of all together. Any thread; does not block.
  std::function<std::shared_ptr<const std::vector<std::string>>(std::optional<base::PropertyNumber>)> origins;
  /// The program stops: what runs long is to end soon.
  std::function<void()> stop;
};

}  // namespace retention
