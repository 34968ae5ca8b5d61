// A server on loopback with routes of every kind, for tests of the HTTP module. A test sets options and adds
// routes of its own, and starts it then.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "http/server.h"
#include "http/test_client.h"

namespace http {

/// When the tests' clock begins: 22 November 2026, 14:00:00 UTC.
inline const base::Instant kStart = base::instant_from_ms(1'795'356'000'000);

/// Replies that a test answers when it likes.
struct Kept {
  void keep(Reply reply) {
    const base::Lock lock{mutex};
    replies.push_back(std::move(reply));
  }
  std::size_t size() {
    const base::Lock lock{mutex};
    return replies.size();
  }
  Reply take() {
    EXPECT_TRUE(eventually([&] { return size() > 0; }));
    const base::Lock lock{mutex};
    auto reply = std::move(replies.front());
    replies.erase(replies.begin());
    return reply;
  }
  base::Mutex mutex;
  std::vector<Reply> replies GUARDED_BY(mutex);
};

class Http : public testing::Test {
 protected:
  Http();

  void start();
  std::uint16_t port(std::size_t index = 0) const { return server_->ports()[index]; }

  void add_texts();
  void add_bodies();
  void add_replies();
  void add_uploads();

  TestFolder folder_;
  base::OsFiles files_;
  std::atomic<std::uint64_t> progress_ = 0;
  Kept kept_;
  Router router_;
  ServerOptions options_;
  std::vector<ListenerOptions> listeners_;
  base::ManualClock clock_{kStart};
  base::OsRandom random_;
  std::unique_ptr<Server> server_;
};

}  // namespace http
