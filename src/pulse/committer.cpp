#include <fmt/format.h>

#include <set>

#include "base/check.h"
#include "base/log.h"
#include "pulse/engine_state.h"

namespace pulse {

using base::Code;
using base::fail;
using base::Result;

namespace {

std::unexpected<base::Error> full() {
  return fail(Code::Unavailable, "too much is waiting to be stored; send the same again");
}

}  // namespace

void Queue::clear() {
  items.clear();
  beats.clear();
  marks.clear();
  texts.clear();
}

// What is told once it is known whether the batch was written.
struct EngineState::Answer {
  struct Acked {
    Engine::OnAck done;
    std::uint64_t number = 0;
  };
  struct Opened {
    Engine::OnOpened done;
    Opening opening;
    Facts permitted = 0;
  };
  struct Done {
    Engine::OnDone done;
  };
  std::variant<Acked, Opened, Done> what;
  bool pending = true;  // false: this is the answer whatever becomes of the batch
  std::optional<base::Error> error = std::nullopt;
};

bool EngineState::push(QueuedItem item, const BeatMessage* message) {
  base::Lock lock(queue_mutex_);
  if (closing_ || queue_.bytes() >= options_.queue_bytes_max) return false;
  if (message != nullptr) {
    auto& queued = std::get<QueuedMessage>(item);
    queued.beats_at = static_cast<std::uint32_t>(queue_.beats.size());
    queued.beats = static_cast<std::uint32_t>(message->beats.size());
    queued.marks_at = static_cast<std::uint32_t>(queue_.marks.size());
    queued.marks = static_cast<std::uint32_t>(message->marks.size());
    queue_.beats.insert(queue_.beats.end(), message->beats.begin(), message->beats.end());
    for (const auto& mark : message->marks) {
      queue_.marks.push_back({mark.age_ms, static_cast<std::uint32_t>(queue_.texts.size()),
                              static_cast<std::uint32_t>(mark.kind.size()),
                              static_cast<std::uint32_t>(mark.value.size())});
      queue_.texts.append(mark.kind).append(mark.value);
    }
  }
  queue_.items.push_back(std::move(item));
  if (queue_.items.size() == 1) queue_filled_.notify_one();
  return true;
}

std::shared_ptr<const TokenMint> EngineState::mint() {
  base::Lock lock(mint_mutex_);
  return mint_;
}

Result<void> EngineState::renew_token_keys() {
  ASSIGN_OR_RETURN(auto ring, keys_.token_keys());
  auto mint = std::make_shared<const TokenMint>(std::move(ring));
  base::Lock lock(mint_mutex_);
  mint_ = std::move(mint);
  return {};
}

void EngineState::append(const BeatMessage& message, Engine::OnAck done) {
  messages_.fetch_add(1, std::memory_order_relaxed);
  const auto receipt = receipt_clock_.now();
  const auto token = mint()->open(message.token, base::instant_from_ms(receipt.at_ms));
  if (!token) return done(fail(token.error()));
  const auto control = table_.control(token->slot);
  if ((control & (kSlotStopped | kSlotErased)) != 0)
    return done(fail(Code::Gone, "consent was withdrawn, or the data were erased"));
  if ((control & kSlotUsed) == 0 || (control & kSlotEnded) != 0)
    return done(fail(Code::Unauthenticated, "the session is not open"));
  // The queue is asked first, so that a refused message still has its callback.
  QueuedMessage queued{.incoming = {.slot = token->slot,
                                    .session = token->session,
                                    .permitted = token->permitted,
                                    .receipt = receipt,
                                    .first_number = message.first_number,
                                    .beats = {},
                                    .marks = {}},
                       .done = done};
  if (push(std::move(queued), &message)) return;
  refused_full_.fetch_add(1, std::memory_order_relaxed);
  done(full());
}

void EngineState::open_session(OpenRequest request, Engine::OnOpened done) {
  if (push(QueuedOpen{std::move(request), done}, nullptr)) return;
  refused_full_.fetch_add(1, std::memory_order_relaxed);
  done(full());
}

void EngineState::withdraw(base::SessionId session, std::string_view text, Engine::OnDone done) {
  const auto now_ms = receipt_clock_.now().at_ms;
  const auto token = mint()->open(text, base::instant_from_ms(now_ms));
  if (!token) return done(fail(token.error()));
  if (token->session != session) return done(fail(Code::Unauthenticated, "the token is another session's"));
  auto decide = [slot = token->slot, session, now_ms](BatchBuilder& batch) -> Result<void> {
    RETURN_IF_ERROR(batch.stop(slot, session, now_ms));
    return {};
  };
  if (!push(QueuedAct{std::move(decide), done}, nullptr)) done(full());
}

Result<void> EngineState::stop_viewer(base::PropertyNumber property, base::ViewerNumber viewer) {
  ASSIGN_OR_RETURN(const auto snapshot, this->snapshot(property, viewer));
  std::set<base::SessionId> sessions;
  for (const auto& session : snapshot.sessions()) {
    if (session.consented && session.stopped_ms == 0) sessions.insert(session.id);
  }
  if (sessions.empty()) return {};
  const auto now_ms = receipt_clock_.now().at_ms;
  return act([&](BatchBuilder& batch) { return batch.stop(sessions, now_ms); });
}

Result<void> EngineState::act(std::function<Result<void>(BatchBuilder&)> decide) {
  std::promise<Result<void>> promise;
  auto future = promise.get_future();
  auto done = [&promise](Result<void> result) { promise.set_value(std::move(result)); };
  if (!push(QueuedAct{std::move(decide), std::move(done)}, nullptr)) return full();
  return future.get();
}

bool EngineState::at_cut(const std::function<void()>& run) {
  std::promise<void> promise;
  auto future = promise.get_future();
  auto item = QueuedCut{[&run, &promise] {
    run();
    promise.set_value();
  }};
  {
    // A checkpoint is what makes room: it does not wait for room.
    base::Lock lock(queue_mutex_);
    if (closing_) return false;
    queue_.items.push_back(std::move(item));
    queue_filled_.notify_one();
  }
  future.get();
  return true;
}

void EngineState::commit_forever() {
  Queue taken;
  while (true) {
    {
      base::Lock lock(queue_mutex_);
      while (queue_.items.empty() && !closing_) queue_filled_.wait(queue_mutex_);
      if (queue_.items.empty()) return;
      std::swap(taken, queue_);
    }
    for (std::size_t next = 0; next < taken.items.size();) next = commit_from(taken, next);
    taken.clear();
  }
}

// Commits as many items as fit a batch; returns the first that did not.
std::size_t EngineState::commit_from(Queue& queue, std::size_t first) {
  if (auto* cut = std::get_if<QueuedCut>(&queue.items[first])) {
    cut->run();
    return first + 1;
  }
  std::vector<Answer> answers;
  auto next = first;
  {
    base::Lock lock(state_mutex_);
    const auto receipt = receipt_clock_.now();
    batch_.begin(receipt.at_ms);
    notice_clock(receipt);
    while (next < queue.items.size() && batch_.payload().size() < kBatchBytesMax &&
           !std::holds_alternative<QueuedCut>(queue.items[next])) {
      decide(queue, queue.items[next], answers);
      ++next;
    }
    repeated_.store(batch_.repeated(), std::memory_order_relaxed);
  }
  for (auto& answer : answers)
    if (!answer.pending) give(answer, answer.error ? Result<void>(fail(*answer.error)) : Result<void>());
  const auto written = write_batch();
  for (auto& answer : answers) {
    if (!answer.pending) continue;
    if (!written) refused_failed_.fetch_add(1, std::memory_order_relaxed);
    give(answer, written);
  }
  return next;
}

void EngineState::notice_clock(const Receipt& receipt) {
  if (receipt.generation == generation_) return;
  base::log(base::Level::Warning, "pulse.clock_stepped", {{"generation", receipt.generation}});
  batch_.end_all(receipt.generation);
}

void EngineState::decide(Queue& queue, QueuedItem& item, std::vector<Answer>& answers) {
  if (auto* message = std::get_if<QueuedMessage>(&item)) {
    decide_message(queue, *message, answers);
  } else if (auto* open = std::get_if<QueuedOpen>(&item)) {
    const auto permitted = open->request.permitted_;
    auto opening = batch_.open(open->request, receipt_clock_.now().at_ms);
    if (opening) {
      answers.push_back({.what = Answer::Opened{std::move(open->done), *std::move(opening), permitted}});
    } else {
      answers.push_back({Answer::Opened{std::move(open->done), Opening{}, {}}, false, opening.error()});
    }
  } else {
    auto& act = std::get<QueuedAct>(item);
    auto decided = act.decide(batch_);
    if (decided) {
      answers.push_back({Answer::Done{std::move(act.done)}});
    } else {
      answers.push_back({Answer::Done{std::move(act.done)}, false, std::move(decided).error()});
    }
  }
}

void EngineState::decide_message(Queue& queue, QueuedMessage& message, std::vector<Answer>& answers) {
  auto& incoming = message.incoming;
  std::array<MessageMark, kMessageMarksMax> marks;
  CHECK(message.marks <= marks.size());
  for (std::uint32_t i = 0; i < message.marks; ++i) {
    const auto& mark = queue.marks[message.marks_at + i];
    const auto text = std::string_view(queue.texts).substr(mark.at);
    marks[i] = {mark.age_ms, text.substr(0, mark.kind_bytes), text.substr(mark.kind_bytes, mark.value_bytes)};
  }
  incoming.beats = std::span(queue.beats).subspan(message.beats_at, message.beats);
  incoming.marks = std::span(marks).first(message.marks);
  const auto decision = batch_.message(incoming);
  if (decision) {
    answers.push_back({Answer::Acked{std::move(message.done), decision->number}, decision->pending});
  } else {
    answers.push_back({Answer::Acked{std::move(message.done), 0}, false, decision.error()});
  }
}

// Makes the batch last, and then part of the state.
Result<void> EngineState::write_batch() {
  // The committer alone changes the batch, and only in commit_from: nobody else looks at it meanwhile.
  base::ByteView payload;
  bool empty = false;
  {
    base::Lock lock(state_mutex_);
    payload = batch_.payload();
    empty = batch_.empty();
  }
  if (empty) return {};
  auto written = log_->append(payload);
  base::Lock lock(state_mutex_);
  if (!written) {
    batch_.abandon();
    base::log(base::Level::Error, "pulse.commit_failed", {{"error", written.error()}});
    return written;
  }
  generation_ = batch_.ended_all() ? batch_.generation() : generation_;
  commits_.fetch_add(1, std::memory_order_relaxed);
  log_bytes_.fetch_add(payload.size(), std::memory_order_relaxed);
  log_size_.store(log_->size(), std::memory_order_relaxed);
  const auto applied = core_.apply(payload);
  CHECK(applied.has_value());
  core_.advance_presence(core_.committed_ms());
  return {};
}

void EngineState::give(Answer& answer, const Result<void>& written) {
  if (auto* acked = std::get_if<Answer::Acked>(&answer.what)) {
    if (written) {
      acked->done(Ack{acked->number});
    } else {
      acked->done(fail(written.error()));
    }
  } else if (auto* done = std::get_if<Answer::Done>(&answer.what)) {
    done->done(written);
  } else {
    auto& opened = std::get<Answer::Opened>(answer.what);
    if (!written) return opened.done(fail(written.error()));
    const auto& record = opened.opening.record;
    OpenedSession session{record.id,
                          record.viewer,
                          {},
                          base::instant_from_ms(record.opened_ms),
                          base::instant_from_ms(opened.opening.expires_ms)};
    if (record.consented) {
      session.token = mint()->make({record.id, record.viewer, record.property, record.slot, opened.permitted,
                                    record.opened_ms, opened.opening.expires_ms});
    }
    opened.done(std::move(session));
  }
}

}  // namespace pulse
