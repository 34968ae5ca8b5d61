// Four eyes over HTTP:
//
//   GET  /api/v1/approvals                 what the member asked, and what they may decide about
//   GET  /api/v1/approvals/{id}            one of them, with exactly what it will do
//   POST /api/v1/approvals/{id}/approve    by a second person at a browser, with the second factor shown just
//   now POST /api/v1/approvals/{id}/refuse     with a reason POST /api/v1/approvals/{id}/withdraw   by who
//   asked POST /api/v1/approvals/{id}/file       the file that was approved: by who asked, once
//
// An act that waits for a second person answers `waiting` where it would be done.
#pragma once

#include <functional>
#include <string>

#include "approvals/approvals.h"
#include "http/router.h"

namespace approvals {

struct ApiNeeds {
  Approvals& approvals;
  staff::Access& access;
  /// What a member of staff is called; empty for who is no more.
  std::function<base::Result<std::string>(base::MemberId)> member_name;
};

void add_api(http::Router& router, ApiNeeds needs);

/// 202, with {"approval": id, "expires": time}.
http::Response waiting(const Approval& approval);

}  // namespace approvals
