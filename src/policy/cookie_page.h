// The page of cookies and stored items: each with its purpose, lifetime, who reads it and its kind.
#pragma once

#include "base/language.h"
#include "policy/document.h"
#include "policy/notice.h"
#include "policy/policy.h"

namespace policy {

Document cookie_page(const Policy& policy, base::Language language, const NoticeContext& context);

}  // namespace policy
