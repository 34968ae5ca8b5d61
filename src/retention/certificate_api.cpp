#include "retention/certificate_api.h"

#include "retention/certificate.h"

namespace retention {

using base::Code;
using base::Result;
using http::Request;
using http::Response;

void add_certificate_api(http::Router& router, Eraser& eraser) {
  router.get("/certificates/key", [&eraser](Request&) -> Result<Response> {
    ASSIGN_OR_RETURN(const auto key, eraser.certificate_key());
    return Response::text(to_text(key) + "\n");
  });
  router.get("/certificates/{erasure:id}", [&eraser](Request& request) -> Result<Response> {
    ASSIGN_OR_RETURN(const auto id, request.id<ErasureId>("erasure"));
    ASSIGN_OR_RETURN(const auto erasure, eraser.find(id));
    if (!erasure.completed_at)
      return base::fail(Code::Unavailable, "The erasure is still going on: ask again in a while.");
    return Response::bytes("application/json", erasure.certificate)
        .as_download("hartslag-certificate-" + base::to_text(id) + ".json");
  });
}

}  // namespace retention
