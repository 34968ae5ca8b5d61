#include "http/io_thread.h"

#include <algorithm>

#include <boost/asio/post.hpp>

#include "base/log.h"
#include "http/date.h"

namespace http {

namespace {

thread_local const IoThread* current_thread = nullptr;

/// A quarter of the shortest deadline, within bounds that neither burn the processor nor make a deadline
/// of many seconds noticeably late.
std::chrono::milliseconds tick_for(const Limits& limits) {
  const auto shortest = std::min({limits.header_timeout, limits.keep_alive_timeout, limits.body_idle_timeout,
                                  limits.write_timeout, limits.web_socket_idle_timeout});
  return std::clamp(shortest / 4, std::chrono::milliseconds{5}, std::chrono::milliseconds{250});
}

}  // namespace

IoThread::IoThread(std::shared_ptr<Core> core)
    : core_(std::move(core)),
      guard_(context_.get_executor()),
      timer_(context_),
      tick_(tick_for(core_->limits)) {
  refresh();
}

void IoThread::start() {
  thread_ = std::thread([this] { run(); });
}

void IoThread::run() {
  current_thread = this;
  schedule_tick();
  while (true) {
    try {
      context_.run();
      break;
    } catch (const std::exception&) {
      // Out of memory, or a defect: the connection that threw loses its handlers and ends; the others live.
      base::log(base::Level::Error, "http.io_thread_exception");
    }
  }
  current_thread = nullptr;
}

void IoThread::join() {
  post([this] {
    ending_ = true;
    guard_.reset();
    timer_.cancel();
  });
  if (thread_.joinable()) thread_.join();
  std::vector<Task> tasks;
  std::vector<Answer> answers;
  const base::Lock lock{mutex_};
  ended_ = true;
  tasks.swap(tasks_);
  answers.swap(answers_);
}

bool IoThread::is_current() const { return current_thread == this; }

void IoThread::wake_locked() {
  if (woken_) return;
  woken_ = true;
  // Without a share in ourselves: the context is ours, and would keep us if it never ran again.
  asio::post(context_, [this] { read_mail(); });
}

void IoThread::post(Task task) {
  const base::Lock lock{mutex_};
  if (ended_) return;
  tasks_.push_back(std::move(task));
  wake_locked();
}

void IoThread::post_answer(std::shared_ptr<Peer> peer, std::uint64_t ticket, Response response) {
  const base::Lock lock{mutex_};
  if (ended_) return;
  answers_.push_back({std::move(peer), ticket, std::move(response)});
  wake_locked();
}

void IoThread::read_mail() {
  std::vector<Task> tasks;
  std::vector<Answer> answers;
  {
    const base::Lock lock{mutex_};
    tasks.swap(tasks_);
    answers.swap(answers_);
    woken_ = false;
  }
  for (auto& answer : answers) answer.peer->answered(answer.ticket, std::move(answer.response));
  for (auto& task : tasks) task();
}

void IoThread::begin_stop() {
  post([this] {
    for (auto i = peers_.size(); i-- > 0;)
      if (i < peers_.size()) std::shared_ptr<Peer> {
          peers_[i]
        } -> begin_stop();
  });
}

void IoThread::cut_all() {
  post([this] {
    while (!peers_.empty()) std::shared_ptr<Peer> {
        peers_.back()
      } -> cut();
  });
}

void IoThread::add(std::shared_ptr<Peer> peer) {
  peer->place_ = peers_.size();
  peers_.push_back(std::move(peer));
}

void IoThread::remove(Peer& peer) {
  const auto place = peer.place_;
  if (place >= peers_.size() || peers_[place].get() != &peer) return;
  const auto removed = std::move(peers_[place]);
  if (place + 1 != peers_.size()) {
    peers_[place] = std::move(peers_.back());
    peers_[place]->place_ = place;
  }
  peers_.pop_back();
}

void IoThread::refresh() {
  now_ = core_->clock.monotonic();
  const auto wall = core_->clock.now();
  const auto second = base::to_ms(wall) / 1000;
  if (second == date_s_) return;
  date_s_ = second;
  date_ = write_date(wall);
}

void IoThread::schedule_tick() {
  if (ending_) return;
  timer_.expires_after(tick_);
  timer_.async_wait([this](const ErrorCode& error) {
    if (error || ending_) return;
    refresh();
    for (auto i = peers_.size(); i-- > 0;)
      if (i < peers_.size()) std::shared_ptr<Peer> {
          peers_[i]
        } -> tick(now_);
    schedule_tick();
  });
}

}  // namespace http
