#include "app/openapi.h"

#include <string_view>

// Of openapi.S.
extern "C" {
extern const char
    hartslag_openapi_begin[];              // NOLINT(readability-identifier-naming): a symbol of the assembler
extern const char hartslag_openapi_end[];  // NOLINT(readability-identifier-naming)
}

namespace app {

void add_openapi(http::Router& router) {
  router.get("/api/openapi.json", [](http::Request&) -> base::Result<http::Response> {
    const std::string_view text{hartslag_openapi_begin, hartslag_openapi_end};
    return http::Response::asset("application/json", text, {}, {});
  });
}

}  // namespace app
