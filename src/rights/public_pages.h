// The pages on which people ask for what is theirs, without JavaScript:
//
//   /requests                          the form, and how else to reach the desk
//   /requests/of/{event}/{link}        the same for who came by their personal link: no name to type
//   /requests/{link}                   how far a request is; codes, proof, answer
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/language.h"
#include "base/mutex.h"
#include "html/template.h"
#include "http/router.h"
#include "texts/texts.h"

namespace rights {

class Desk;

/// Counts within kOpenWindow, in memory alone: what it counts by is a client's or a mail address.
class OpenThrottle {
 public:
  explicit OpenThrottle(const base::Clock& clock) : clock_(clock) {}
  /// False past `most`.
  bool admit(const std::string& key, int most);

 private:
  const base::Clock& clock_;
  base::Mutex mutex_;
  std::map<std::string, std::vector<base::Instant>> seen_ GUARDED_BY(mutex_);
};

/// What is wrong with a form: fields by name, and the sentence about each.
using Wrong = std::vector<std::pair<std::string_view, texts::Key>>;
void show_wrong(html::Values& form, const Wrong& wrong, base::Language language);

/// The desk outlives the router.
void add_public_pages(http::Router& router, Desk& desk, std::shared_ptr<OpenThrottle> throttle);

}  // namespace rights
