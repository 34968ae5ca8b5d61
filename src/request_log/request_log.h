// The server's own log: for each datum of kind `logs` in the policy in force a line for each request, of just
// the parts that the datum declares, and gone when its term is over. A policy that declares none has no log.
//
// A line is a JSON object, ended by a line feed, with members in this order, each left out when its part is
// not declared:
//
//   time      time      RFC 3339 with milliseconds, UTC
//   method, url, status
//             url       "/e/open-day/watch/{link}": the pattern of the route that answered, with the names of
//                       properties filled in where they are there; what stands for a secret or a person
//                       stays a name in braces, and no query is kept. Empty where no route answered
//   address   address   cut to its network (journal::cut_address)
//   agent     agent     the type of browser and of system: "Firefox 140, Linux" (browser_type.h)
//   language  language  the first of Accept-Language: "nl-BE"; empty for what is no such tag
//
// Nothing in a line is text that a visitor chose, so nothing that would tell them apart gets in this way.
//
// Not logged: what a page or a player asks for by itself again and again (http::RouteInfo::continuous). With
// times and addresses that would measure how long somebody watched, whatever they answered when asked.
//
// The lines of an hour are in one file, `<folder>/<datum>-2026-11-23T14.jsonl`, which goes as a whole when
// its first moment is as old as the term says: nothing is kept for longer, and what came late in the hour
// goes up to an hour earlier. A term that counts from something else than the storing is one that this log
// cannot end, so nothing of such a datum is written; nor of one that rests on consent, which nobody gave.
//
// Lines wait in memory until `write`, kWaitingBytesMax at most; what does not fit, or cannot be written, is
// counted and lost: a log keeps no request waiting.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/mutex.h"
#include "base/result.h"
#include "http/exchange.h"
#include "policy/policy.h"

namespace request_log {

struct Needs {
  const policy::Policy& policy;
  base::Files& files;
  base::Path folder;
  const base::Clock& clock;
};

/// The lines of one datum.
struct Standing {
  std::string datum;
  std::optional<base::Instant> first;  ///< from when the oldest are; none where there are none
  std::optional<base::Instant> ends;   ///< when those go
  bool is_overdue = false;             ///< they are there for longer than their term says
};

/// Any thread.
class RequestLog {
 public:
  explicit RequestLog(Needs needs);

  /// Blocks on no file.
  void note(const http::Exchange& exchange) EXCLUDES(mutex_);

  /// Writes what waits. Errors: what the files say; what waited is lost then.
  base::Result<void> write() EXCLUDES(mutex_, files_mutex_);

  /// Deletes every hour that is as old as its term says, and every one of a datum that the policy does not
  /// have any more. Returns how many. Errors: what the files say.
  base::Result<std::int64_t> remove_old() EXCLUDES(files_mutex_);

  /// Of each datum that is logged, in the policy's order. Errors: what the files say.
  base::Result<std::vector<Standing>> standings() EXCLUDES(files_mutex_);
  /// Lines since the start that could not be kept.
  std::uint64_t lost() EXCLUDES(mutex_);

 private:
  struct Hour {
    const policy::Data* datum = nullptr;  ///< null when the policy has it no longer
    base::Instant first;
    std::string file;
  };
  base::Result<std::vector<Hour>> hours() REQUIRES(files_mutex_);

  const Needs needs_;
  std::vector<const policy::Data*> logged_;
  base::Mutex mutex_;
  /// Lines by the name of the file that they go to.
  std::map<std::string, std::string> waiting_ GUARDED_BY(mutex_);
  std::size_t waiting_bytes_ GUARDED_BY(mutex_) = 0;
  std::uint64_t lost_ GUARDED_BY(mutex_) = 0;
  base::Mutex files_mutex_;
};

}  // namespace request_log
