// Credentials of services over HTTP:
//
//   GET    /api/v1/credentials                       those that the member may use; all, for who manages them
//   POST   /api/v1/credentials                       {"name", "secret", …as in service.h}: 201
//   GET    /api/v1/credentials/{credential}          one of them; for who manages it with users and history
//   DELETE /api/v1/credentials/{credential}
//   PUT    /api/v1/credentials/{credential}/users    {"members": [ids]}: who has leave from now on
//   POST   /api/v1/credentials/{credential}/secret   {"secret"}: one that the service knows already
//   POST   /api/v1/credentials/{credential}/rotate   replaces it now
//   POST   /api/v1/credentials/{credential}/use      {"task", "path"?, "query"?, "type"?, "body"?}: the
//   service's answer POST   /api/v1/credentials/{credential}/reveal   202: asks a second person
//
// No answer but the file of an approved request holds a secret.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/router.h"
#include "services/services.h"

namespace services {

/// Somebody who may use credentials, if they have leave.
struct Colleague {
  base::MemberId id;
  std::string name;
};

struct ApiNeeds {
  Services& services;
  staff::Access& access;
  /// What a member of staff is called; empty for who is no more.
  std::function<base::Result<std::string>(base::MemberId)> member_name;
  std::function<base::Result<std::vector<Colleague>>()> colleagues;
  /// How a credential stands, in sentences.
  std::function<std::vector<std::string>(const credentials::Standing&, base::Language)> says;
};

void add_api(http::Router& router, ApiNeeds needs);

}  // namespace services
