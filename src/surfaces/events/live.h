// The organiser's live view: one WebSocket per open page, told what changed.
//
//   → {"kind":"hello","now","from","to","curve":[[at_ms,active,inactive],…],"people":[…],
//      "present":{"active","inactive"},"registered","opened"}
//   → {"kind":"change","now","present","registered","opened","point":[at_ms,active,inactive]|null,
//      "people":[only those that changed]}
//   → {"kind":"error","error":"/problems/…"}, and the end
//
// Whether a page may go on is asked anew each time, right before it is told anything: a session that ended, a
// right that was taken away or something to acknowledge first ends it with the next look. An open page counts
// as a use of its session.
//
// A thread of its own looks at what changed, twice a second, for events that somebody watches; a page that
// hears nothing new is told so every five seconds. Names are joined here, which is an act, recorded once
// per page that opens. The curve has a point per five seconds: viewers present, as the store counted them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "access/door.h"
#include "base/mutex.h"
#include "http/request.h"
#include "http/router.h"
#include "http/web_socket.h"
#include "pulse/engine.h"
#include "surfaces/events/audience.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

/// Any thread.
class LiveHub {
 public:
  LiveHub(std::shared_ptr<Parts> parts, staff::Guard guard);
  /// Ends the thread; the pages' sockets are the server's to close.
  ~LiveHub();
  LiveHub(const LiveHub&) = delete;
  LiveHub& operator=(const LiveHub&) = delete;

  /// Takes a page in; whether it may see the event is found out on the hub's thread. Does not block.
  void join(http::Request request, std::shared_ptr<http::WebSocket> socket);
  void leave(const http::WebSocket* socket);

 private:
  struct Page {
    std::shared_ptr<http::WebSocket> socket;
    std::string slug;
    /// What it came with: whose it is is found out of this, each time.
    std::shared_ptr<const http::Request> request;
    bool is_admitted = true;  ///< at the last look
  };
  struct Waiting {
    http::Request request;
    std::shared_ptr<http::WebSocket> socket;
  };
  struct Known {
    Called called;
    base::Instant registered;
  };
  /// What is shown of one event; touched by the hub's thread alone.
  struct Show {
    Event event;
    std::uint64_t version = 0;
    std::int64_t registered = 0;
    std::map<base::ViewerNumber, Known> people;
    std::int64_t last_point_ms = 0;
    std::int64_t last_told_ms = 0;
  };

  void run();
  void admit(Waiting waiting);
  /// Ends the pages that may not go on, and passes over those of which it could not be found out now.
  void ask_again();
  base::Result<void> greet(Page& page);
  base::Result<void> tell(Show& show);
  base::Result<Show*> show_of(const std::string& slug);
  base::Result<void> learn_people(Show& show);
  std::optional<std::string> change_of(Show& show, const pulse::LiveChanges& changes,
                                       std::int64_t registered);

  std::shared_ptr<Parts> parts_;
  const staff::Guard guard_;
  std::map<std::string, Show> shows_;

  base::Mutex mutex_;
  base::Condition wake_;
  std::vector<Waiting> waiting_ GUARDED_BY(mutex_);
  std::vector<Page> pages_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

/// With the job of telling pages what changed, which lasts as long as the routes.
void add_live(http::Router& router, const std::shared_ptr<Parts>& parts);

}  // namespace surfaces::events
