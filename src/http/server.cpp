#include "http/server.h"

#include <algorithm>
#include <thread>

#include "base/check.h"
#include "base/log.h"
#include "http/listener.h"

namespace http {

class Server::Implementation {
 public:
  Implementation(ServerOptions options, const base::Clock& clock, base::Random& random) {
    const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
    const unsigned workers = options.workers != 0 ? options.workers : std::max(4u, 4 * cores);
    core_ = std::make_shared<Core>(options.limits, std::move(options.trusted_proxies), clock, random, workers,
                                   options.worker_queue_max);
    const unsigned threads = options.io_threads != 0 ? options.io_threads : cores;
    for (unsigned i = 0; i < threads; ++i) threads_.push_back(std::make_shared<IoThread>(core_));
  }

  ~Implementation() {
    for (const auto& thread : threads_) CHECK(!thread->is_current());
    stop(std::chrono::milliseconds{0});
  }

  base::Result<void> start(std::vector<ListenerOptions> listeners) {
    for (auto& options : listeners) {
      CHECK(options.router != nullptr);
      ASSIGN_OR_RETURN(auto listener,
                       Listener::open(std::move(options), threads_, listeners_.size() % threads_.size()));
      listeners_.push_back(std::move(listener));
    }
    for (const auto& thread : threads_) thread->start();
    for (const auto& listener : listeners_) {
      listener->start();
      base::log(base::Level::Info, "http.listening",
                {{"port", listener->port()}, {"tls", listener->options().tls.has_value()}});
    }
    return {};
  }

  std::vector<std::uint16_t> ports() const {
    std::vector<std::uint16_t> ports;
    for (const auto& listener : listeners_) ports.push_back(listener->port());
    return ports;
  }

  Metrics metrics() const {
    Metrics sum;
    const auto add = [](std::uint64_t& to, const Counters::Counter& from) {
      to += from.load(std::memory_order_relaxed);
    };
    for (const auto& thread : threads_) {
      const auto& counters = thread->counters;
      for (std::size_t i = 0; i < sum.responses.size(); ++i) add(sum.responses[i], counters.responses[i]);
      add(sum.requests, counters.requests);
      add(sum.requests_in_flight, counters.requests_in_flight);
      add(sum.connections, counters.connections);
      add(sum.connections_refused, counters.connections_refused);
      add(sum.web_sockets_open, counters.web_sockets_open);
      add(sum.web_sockets_overrun, counters.web_sockets_overrun);
      add(sum.timeouts, counters.timeouts);
      add(sum.bytes_received, counters.bytes_received);
      add(sum.bytes_sent, counters.bytes_sent);
    }
    sum.connections_open = core_->admission.inside();
    const auto load = core_->workers.load();
    sum.worker_queue = load.queued;
    sum.workers_busy = load.busy;
    sum.worker_refused = load.refused;
    return sum;
  }

  base::Result<void> reload_certificates() {
    std::vector<std::pair<Listener*, std::shared_ptr<asio::ssl::context>>> contexts;
    for (const auto& listener : listeners_) {
      if (!listener->options().tls) continue;
      ASSIGN_OR_RETURN(auto context, make_tls_context(*listener->options().tls));
      contexts.emplace_back(listener.get(), std::move(context));
    }
    for (auto& [listener, context] : contexts) listener->set_tls(std::move(context));
    return {};
  }

  std::size_t stop(std::chrono::milliseconds at_most) {
    const base::Lock lock{stopping_};
    if (stopped_) return 0;
    stopped_ = true;
    core_->stopping = true;
    for (const auto& listener : listeners_) listener->stop();
    for (const auto& thread : threads_) thread->begin_stop();
    const auto left = core_->admission.wait_until_empty(at_most);
    for (const auto& thread : threads_) thread->cut_all();
    // What runs on a worker ends before its connections do; what waits there is dropped.
    core_->workers.stop();
    for (const auto& thread : threads_) thread->join();
    return left;
  }

 private:
  std::shared_ptr<Core> core_;
  std::vector<std::shared_ptr<IoThread>> threads_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  base::Mutex stopping_;
  bool stopped_ GUARDED_BY(stopping_) = false;
};

Server::Server(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Server::~Server() = default;

base::Result<std::unique_ptr<Server>> Server::start(ServerOptions options,
                                                    std::vector<ListenerOptions> listeners,
                                                    const base::Clock& clock, base::Random& random) {
  auto implementation = std::make_unique<Implementation>(std::move(options), clock, random);
  RETURN_IF_ERROR(implementation->start(std::move(listeners)));
  return std::unique_ptr<Server>{new Server(std::move(implementation))};
}

std::vector<std::uint16_t> Server::ports() const { return implementation_->ports(); }
Metrics Server::metrics() const { return implementation_->metrics(); }
base::Result<void> Server::reload_certificates() { return implementation_->reload_certificates(); }
std::size_t Server::stop(std::chrono::milliseconds at_most) { return implementation_->stop(at_most); }

}  // namespace http
