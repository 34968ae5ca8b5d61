// An I/O thread: an io_context, the connections that belong to it, and a mailbox through which other
// threads reach them. A letter wakes the thread once for all that arrive before it looks.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "http/asio.h"
#include "http/core.h"
#include "http/response.h"

namespace http {

/// A connection as its thread sees it. All functions run there.
class Peer {
 public:
  virtual ~Peer() = default;
  /// Looks at its deadlines.
  virtual void tick(std::chrono::nanoseconds now) = 0;
  /// The server stops: end when what is in flight is done.
  virtual void begin_stop() = 0;
  virtual void cut() = 0;
  /// The answer to a request, of Reply or of a worker.
  virtual void answered(std::uint64_t, Response) {}

 private:
  friend class IoThread;
  std::size_t place_ = 0;  ///< in its thread's table
};

/// Written by one thread each, read by any.
struct Counters {
  using Counter = std::atomic<std::uint64_t>;
  std::array<Counter, 5> responses{};
  Counter requests = 0;
  Counter requests_in_flight = 0;
  Counter connections = 0;
  Counter connections_refused = 0;
  Counter web_sockets_open = 0;
  Counter web_sockets_overrun = 0;
  Counter timeouts = 0;
  Counter bytes_received = 0;
  Counter bytes_sent = 0;

  static void add(Counter& counter, std::uint64_t by = 1) {
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  static void subtract(Counter& counter, std::uint64_t by = 1) {
    counter.store(counter.load(std::memory_order_relaxed) - by, std::memory_order_relaxed);
  }
};

/// Shared by its connections, so that one that is kept by a Reply after the server's end finds it.
class IoThread : public std::enable_shared_from_this<IoThread> {
 public:
  using Task = std::move_only_function<void()>;

  explicit IoThread(std::shared_ptr<Core> core);
  void start();
  /// Lets the thread end once its connections have, and waits for that. Requires: cut_all() or drained.
  void join();

  // Any thread.
  void post(Task task) EXCLUDES(mutex_);
  void post_answer(std::shared_ptr<Peer> peer, std::uint64_t ticket, Response response) EXCLUDES(mutex_);
  bool is_current() const;
  void begin_stop();
  void cut_all();
  asio::io_context& context() { return context_; }
  Core& core() { return *core_; }
  const std::shared_ptr<Core>& shared_core() { return core_; }
  Counters counters;

  // This thread alone.
  void add(std::shared_ptr<Peer> peer);
  void remove(Peer& peer);
  /// Monotonic time at the last tick: deadlines are as precise as ticks are.
  std::chrono::nanoseconds now() const { return now_; }
  const std::string& date() const { return date_; }

 private:
  struct Answer {
    std::shared_ptr<Peer> peer;
    std::uint64_t ticket;
    Response response;
  };

  void run();
  void wake_locked() REQUIRES(mutex_);
  void read_mail() EXCLUDES(mutex_);
  void refresh();
  void schedule_tick();

  const std::shared_ptr<Core> core_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  asio::steady_timer timer_;
  const std::chrono::milliseconds tick_;
  std::thread thread_;

  std::vector<std::shared_ptr<Peer>> peers_;
  std::chrono::nanoseconds now_{0};
  std::int64_t date_s_ = -1;
  std::string date_;
  bool ending_ = false;

  base::Mutex mutex_;
  std::vector<Task> tasks_ GUARDED_BY(mutex_);
  std::vector<Answer> answers_ GUARDED_BY(mutex_);
  bool woken_ GUARDED_BY(mutex_) = false;
  bool ended_ GUARDED_BY(mutex_) = false;
};

}  // namespace http
