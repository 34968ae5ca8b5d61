#include "credentials/keeper.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "credentials/limits.h"
#include "crypto/hash.h"

namespace credentials {
namespace {

using base::Code;
using base::Instant;
using base::Result;

constexpr std::string_view kRotated = "credential.rotated";
constexpr std::string_view kSet = "credential.set";

std::optional<Version> in_state(const std::vector<Version>& versions, State state) {
  const auto found = std::ranges::find(versions, state, &Version::state);
  return found == versions.end() ? std::nullopt : std::optional{*found};
}

/// Long ago, or so far ahead that a clock was wrong in between.
bool is_over(Instant retired, std::chrono::milliseconds linger, Instant now) {
  return now - retired >= linger || retired - now > linger;
}

Result<void> check_given(std::string_view secret) {
  const bool plain =
      std::ranges::none_of(secret, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (secret.size() >= kGivenBytesMin && secret.size() <= kGivenBytesMax && plain) return {};
  return base::fail(Code::Invalid, fmt::format("a password has {} to {} bytes and no control characters",
                                               kGivenBytesMin, kGivenBytesMax));
}

std::string_view term_of(const Holder& holder) { return holder.term.empty() ? holder.name : holder.term; }

}  // namespace

struct Keeper::Inside {
  explicit Inside(KeeperNeeds given) : needs(std::move(given)) {}

  /// What went wrong last, and when it is tried again.
  struct Failure {
    Trouble trouble;
    std::chrono::nanoseconds again{};
    std::chrono::nanoseconds wait{};
  };
  /// One rotation at a time.
  class Turn {
   public:
    explicit Turn(Inside& inside) : inside_(inside) {
      const base::Lock lock(inside.mutex);
      mine_ = !std::exchange(inside.busy, true);
    }
    ~Turn() {
      if (!mine_) return;
      const base::Lock lock(inside_.mutex);
      inside_.busy = false;
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    explicit operator bool() const { return mine_; }

   private:
    Inside& inside_;
    bool mine_ = false;
  };

  Result<void> finish_acts();
  /// Those that there are now: others may come and go meanwhile.
  using Shared = std::shared_ptr<const Holder>;
  std::vector<Shared> all();
  /// Nothing where there is none.
  Shared find(std::string_view name);
  std::optional<policy::Span> term(const Holder& holder) const;
  void plan(Standing& standing, const Holder& holder) const;
  Result<Standing> standing_of(const Holder& holder);
  Result<void> point(std::string_view name) const {
    return needs.between ? needs.between(name) : Result<void>{};
  }

  /// Who wants it; for what the program does by its schedule nobody.
  struct Wish {
    By by = By::Schedule;
    journal::Actor actor = {};
  };
  Result<void> attempt(const Holder& holder, const Wish& wish);
  Result<void> draw_first(const Holder& holder);
  Result<void> replace(const Holder& holder, const Wish& wish);
  Result<Version> next_of(const Holder& holder, const std::vector<Version>& versions, By by);
  Result<void> hand_over(const Holder& holder, const Secret& next);
  Result<std::string> introduce(const Holder& holder, const Version& next);
  Result<void> take(const Holder& holder, const Version& version, std::string_view kind, const Wish& wish);
  Result<void> end_retired(const Holder& holder);
  Result<void> scrub();
  Result<void> run(const Holder& holder);
  bool waits(const std::string& name);
  void tell_overdue(const Standing& standing);

  KeeperNeeds needs;
  std::unique_ptr<Safe> safe;

  base::Mutex mutex;
  std::vector<Shared> holders GUARDED_BY(mutex);
  bool busy GUARDED_BY(mutex) = false;
  std::map<std::string, Failure> failures GUARDED_BY(mutex);
  // Of whoever has the turn.
  /// What ended before the start may still lie in the database's log.
  bool scrub_owed = true;
  std::map<std::string, std::chrono::nanoseconds> told;
};

Keeper::Keeper(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Keeper::~Keeper() = default;

Result<std::unique_ptr<Keeper>> Keeper::open(KeeperNeeds needs) {
  auto inside = std::make_unique<Inside>(std::move(needs));
  auto& given = inside->needs;
  ASSIGN_OR_RETURN(inside->safe, Safe::open(given.keys_database, given.keys, given.clock, given.random));
  RETURN_IF_ERROR(inside->finish_acts());
  return std::unique_ptr<Keeper>(new Keeper(std::move(inside)));
}

/// Whether it was done is told by what is current.
Result<void> Keeper::Inside::finish_acts() {
  ASSIGN_OR_RETURN(const auto unfinished, needs.journal.unfinished());
  for (const auto& entry : unfinished) {
    if (entry.act.kind != kRotated && entry.act.kind != kSet) continue;
    const auto detail = nlohmann::json::parse(entry.act.detail, nullptr, false);
    const auto name = detail.is_object() ? detail.value("credential", std::string{}) : std::string{};
    const auto number = detail.is_object() ? detail.value("number", std::int64_t{0}) : 0;
    ASSIGN_OR_RETURN(const auto versions, safe->versions(name));
    const auto version = std::ranges::find(versions, number, &Version::number);
    const bool done = version != versions.end() && version->current_at;
    RETURN_IF_ERROR(needs.journal.finish(entry.number, done ? "" : "not done"));
  }
  return {};
}

std::vector<Keeper::Inside::Shared> Keeper::Inside::all() {
  const base::Lock lock(mutex);
  return holders;
}

Keeper::Inside::Shared Keeper::Inside::find(std::string_view name) {
  const auto now = all();
  const auto found = std::ranges::find(now, name, [](const Shared& one) { return one->name; });
  return found == now.end() ? nullptr : *found;
}

std::optional<policy::Span> Keeper::Inside::term(const Holder& holder) const {
  const auto& rules = needs.policy.credentials();
  const auto found = std::ranges::find(rules, term_of(holder), &policy::RotationRule::credential);
  return found == rules.end() ? std::nullopt : std::optional{found->every};
}

void Keeper::Inside::plan(Standing& standing, const Holder& holder) const {
  if (!standing.current) return;
  if (const auto seen = standing.current->seen_at) {
    standing.due = *seen;
    standing.overdue = true;
    if (holder.rotates_by_itself()) standing.planned = *seen + kSeenLife;
    return;
  }
  if (!standing.every) return;
  const auto now = needs.clock.now();
  const auto made = standing.current->made_at;
  const auto due = policy::after(made, *standing.every);
  standing.due = due;
  standing.overdue = now > due;
  if (!holder.rotates_by_itself()) return;
  const auto lead = std::min<base::Millis>(kLeadMax, (due - made) / kLeadShare);
  standing.planned = std::max(due - lead, made + kRetryFirst);
  // A day that is still to come was read off a clock that was wrong.
  if (made - now > lead) standing.planned = now;
}

Result<Standing> Keeper::Inside::standing_of(const Holder& holder) {
  Standing standing{.name = holder.name,
                    .used = true,
                    .rotates_by_itself = holder.rotates_by_itself(),
                    .every = term(holder)};
  ASSIGN_OR_RETURN(standing.versions, safe->versions(holder.name));
  standing.current = in_state(standing.versions, State::Current);
  standing.waiting = in_state(standing.versions, State::Next).has_value();
  plan(standing, holder);
  const base::Lock lock(mutex);
  if (const auto failure = failures.find(holder.name); failure != failures.end())
    standing.trouble = failure->second.trouble;
  return standing;
}

Result<void> Keeper::use(Holder holder) {
  const auto mine = std::make_shared<const Holder>(std::move(holder));
  {
    const base::Lock lock(inside_->mutex);
    const auto same = [&](const Inside::Shared& one) { return one->name == mine->name; };
    if (std::ranges::any_of(inside_->holders, same))
      return base::fail(Code::Conflict, "There is a credential of this name already.");
    inside_->holders.push_back(mine);
  }
  if (mine->own) RETURN_IF_ERROR(inside_->draw_first(*mine));
  return mine->changed ? mine->changed() : Result<void>{};
}

Result<void> Keeper::drop(std::string_view name) {
  const Inside::Turn turn(*inside_);
  if (!turn) return base::fail(Code::Conflict, "Another rotation is under way.");
  ASSIGN_OR_RETURN(const auto versions, inside_->safe->versions(name));
  for (const auto& version : versions) RETURN_IF_ERROR(inside_->safe->end(name, version.number));
  inside_->scrub_owed = true;
  RETURN_IF_ERROR(inside_->scrub());
  const base::Lock lock(inside_->mutex);
  std::erase_if(inside_->holders, [&](const Inside::Shared& one) { return one->name == name; });
  inside_->failures.erase(std::string{name});
  return {};
}

Result<void> Keeper::mark_seen(std::string_view name) {
  ASSIGN_OR_RETURN(const auto versions, inside_->safe->versions(name));
  const auto current = in_state(versions, State::Current);
  if (!current) return base::fail(Code::NotFound, fmt::format("there is no {} yet", name));
  return inside_->safe->mark_seen(name, current->number);
}

Result<Secret> Keeper::current(std::string_view name) {
  auto current = inside_->safe->current(name);
  if (current || current.error().code != Code::NotFound) return current;
  return base::fail(Code::NotFound,
                    fmt::format("there is no {0} password yet: hartslag credentials set {0}", name));
}

Result<std::vector<Secret>> Keeper::accepted(std::string_view name) {
  ASSIGN_OR_RETURN(const auto versions, inside_->safe->versions(name));
  std::vector<Secret> secrets;
  for (const auto state : {State::Current, State::Retired}) {
    for (const auto& version : versions) {
      if (version.state != state) continue;
      ASSIGN_OR_RETURN(auto secret, inside_->safe->secret(name, version.number));
      secrets.push_back(std::move(secret));
    }
  }
  return secrets;
}

/// Which replaces nothing, and is no rotation.
Result<void> Keeper::Inside::draw_first(const Holder& holder) {
  ASSIGN_OR_RETURN(const auto versions, safe->versions(holder.name));
  if (in_state(versions, State::Current)) return {};
  auto next = in_state(versions, State::Next);
  if (!next) {
    std::optional<Secret> first;
    if (holder.first) {
      ASSIGN_OR_RETURN(first, holder.first());
    }
    if (!first) first = draw_secret(needs.random);
    ASSIGN_OR_RETURN(next, safe->add(holder.name, *first, Made::Generated, By::Schedule));
  }
  return safe->take_into_use(holder.name, next->number, {});
}

Result<std::vector<std::string>> Keeper::introductions(std::string_view name) {
  ASSIGN_OR_RETURN(const auto versions, inside_->safe->versions(name));
  std::vector<std::string> all;
  for (const auto& version : versions) {
    if (!version.introduction.empty()) all.insert(all.begin(), version.introduction);
  }
  return all;
}

Result<Version> Keeper::Inside::next_of(const Holder& holder, const std::vector<Version>& versions, By by) {
  if (std::ranges::count(versions, State::Retired, &Version::state) >=
      static_cast<std::ptrdiff_t>(kLingeringMax))
    return base::fail(Code::TooMany, "too many that were replaced are still accepted: try again tomorrow");
  ASSIGN_OR_RETURN(auto next, safe->add(holder.name, draw_secret(needs.random), Made::Generated, by));
  RETURN_IF_ERROR(point("credential.drawn"));
  return next;
}

Result<void> Keeper::Inside::hand_over(const Holder& holder, const Secret& next) {
  if (holder.hand_over) RETURN_IF_ERROR(holder.hand_over(next.text()));
  RETURN_IF_ERROR(point("credential.handed_over"));
  return holder.try_out ? holder.try_out(next.text()) : Result<void>{};
}

Result<void> Keeper::Inside::replace(const Holder& holder, const Wish& wish) {
  ASSIGN_OR_RETURN(const auto versions, safe->versions(holder.name));
  auto next = in_state(versions, State::Next);
  const bool begun = next.has_value();
  if (!begun) {
    ASSIGN_OR_RETURN(next, next_of(holder, versions, wish.by));
  }
  ASSIGN_OR_RETURN(const auto secret, safe->secret(holder.name, next->number));
  const bool known = begun && holder.try_out && holder.try_out(secret.text());
  if (!known) RETURN_IF_ERROR(hand_over(holder, secret));
  return take(holder, *next, kRotated, wish);
}

Result<std::string> Keeper::Inside::introduce(const Holder& holder, const Version& next) {
  if (!holder.introduce) return std::string{};
  ASSIGN_OR_RETURN(const auto versions, safe->versions(holder.name));
  const auto current = in_state(versions, State::Current);
  if (!current) return std::string{};
  ASSIGN_OR_RETURN(const auto old_secret, safe->secret(holder.name, current->number));
  ASSIGN_OR_RETURN(const auto new_secret, safe->secret(holder.name, next.number));
  return holder.introduce(old_secret.text(), new_secret.text());
}

Result<void> Keeper::Inside::take(const Holder& holder, const Version& version, std::string_view kind,
                                  const Wish& wish) {
  ASSIGN_OR_RETURN(const auto introduction, introduce(holder, version));
  const nlohmann::ordered_json detail{{"credential", holder.name},
                                      {"number", version.number},
                                      {"made", to_text(version.made)},
                                      {"by", to_text(wish.by)}};
  ASSIGN_OR_RETURN(
      const auto intent,
      needs.journal.begin({.kind = std::string{kind}, .by = wish.actor, .detail = detail.dump()}));
  RETURN_IF_ERROR(safe->take_into_use(holder.name, version.number, introduction));
  RETURN_IF_ERROR(point("credential.taken"));
  RETURN_IF_ERROR(needs.journal.finish(intent));
  base::log(base::Level::Info, kind,
            {{"credential", base::log_public(holder.name)}, {"number", version.number}});
  if (holder.changed) RETURN_IF_ERROR(holder.changed());
  RETURN_IF_ERROR(end_retired(holder));
  return scrub();
}

Result<void> Keeper::Inside::end_retired(const Holder& holder) {
  ASSIGN_OR_RETURN(const auto versions, safe->versions(holder.name));
  bool ended = false;
  for (const auto& version : versions) {
    if (version.state != State::Retired) continue;
    if (!is_over(version.retired_at.value_or(version.made_at), holder.linger, needs.clock.now())) continue;
    RETURN_IF_ERROR(safe->end(holder.name, version.number));
    base::log(base::Level::Info, "credential.ended",
              {{"credential", base::log_public(holder.name)}, {"number", version.number}});
    ended = true;
  }
  if (!ended) return {};
  scrub_owed = true;
  return holder.changed ? holder.changed() : Result<void>{};
}

Result<void> Keeper::Inside::scrub() {
  if (!scrub_owed) return {};
  RETURN_IF_ERROR(safe->scrub());
  scrub_owed = false;
  return {};
}

Result<void> Keeper::Inside::attempt(const Holder& holder, const Wish& wish) {
  auto done = replace(holder, wish);
  const base::Lock lock(mutex);
  if (done) {
    failures.erase(holder.name);
    return done;
  }
  auto& failure = failures[holder.name];
  failure.trouble = {needs.clock.now(), done.error().message};
  failure.wait = failure.wait == failure.wait.zero()
                     ? std::chrono::nanoseconds{kRetryFirst}
                     : std::min<std::chrono::nanoseconds>(2 * failure.wait, kRetryMax);
  failure.again = needs.clock.monotonic() + failure.wait;
  base::log(base::Level::Error, "credential.not_rotated",
            {{"credential", base::log_public(holder.name)}, {"error", done.error()}});
  return done;
}

bool Keeper::Inside::waits(const std::string& name) {
  const base::Lock lock(mutex);
  const auto failure = failures.find(name);
  return failure != failures.end() && needs.clock.monotonic() < failure->second.again;
}

void Keeper::Inside::tell_overdue(const Standing& standing) {
  const auto now = needs.clock.monotonic();
  const auto last = told.find(standing.name);
  if (!standing.overdue || (last != told.end() && now - last->second < kTellOverdueEvery)) return;
  told[standing.name] = now;
  base::log(base::Level::Error, "credential.overdue",
            {{"credential", base::log_public(standing.name)},
             {"due", base::log_public(base::to_rfc3339(*standing.due))}});
}

Result<void> Keeper::Inside::run(const Holder& holder) {
  RETURN_IF_ERROR(end_retired(holder));
  RETURN_IF_ERROR(scrub());
  ASSIGN_OR_RETURN(const auto before, standing_of(holder));
  const bool due = before.waiting || (before.planned && needs.clock.now() >= *before.planned);
  // What goes wrong is told by `attempt`, and kept for whoever asks.
  if (due && holder.rotates_by_itself() && !waits(holder.name)) (void)attempt(holder, {});
  ASSIGN_OR_RETURN(const auto after, standing_of(holder));
  tell_overdue(after);
  return {};
}

Result<void> Keeper::rotate(std::string_view name, const journal::Actor& by) {
  const auto holder = inside_->find(name);
  if (holder == nullptr)
    return base::fail(Code::NotFound, "This installation has no such credential, or does not keep it.");
  if (!holder->rotates_by_itself())
    return base::fail(
        Code::Conflict,
        holder->term.empty()
            ? fmt::format("No program tells the other side of a new {0} password "
                          "(--{0}-password-hook). Change it there, and then: hartslag credentials set {0}",
                          name)
            : "Nothing tells the other side of a new one. Change it there, and give it here.");
  const Inside::Turn turn(*inside_);
  if (!turn) return base::fail(Code::Conflict, "Another rotation is under way.");
  return inside_->attempt(*holder, {By::Operator, by});
}

Result<void> Keeper::set(std::string_view name, std::string_view secret, const journal::Actor& by) {
  const auto holder = inside_->find(name);
  if (holder == nullptr)
    return base::fail(Code::NotFound, "This installation has no such credential, or does not keep it.");
  if (holder->own) return base::fail(Code::Invalid, "The program draws this one itself.");
  RETURN_IF_ERROR(check_given(secret));
  const Inside::Turn turn(*inside_);
  if (!turn) return base::fail(Code::Conflict, "Another rotation is under way.");
  if (holder->try_out) RETURN_IF_ERROR(holder->try_out(secret));
  ASSIGN_OR_RETURN(const auto versions, inside_->safe->versions(name));
  // Else one that somebody has seen would count as new, and they would go on knowing it.
  if (const auto now = in_state(versions, State::Current); now && now->seen_at) {
    ASSIGN_OR_RETURN(const auto before, inside_->safe->secret(name, now->number));
    if (crypto::equal(base::as_bytes(before.text()), base::as_bytes(secret)))
      return base::fail(Code::Invalid, "Somebody has seen this one: give another.");
  }
  if (const auto next = in_state(versions, State::Next)) {
    RETURN_IF_ERROR(inside_->safe->end(name, next->number));
    inside_->scrub_owed = true;
  }
  ASSIGN_OR_RETURN(const auto version, inside_->safe->add(name, Secret(secret), Made::Given, By::Operator));
  RETURN_IF_ERROR(inside_->take(*holder, version, kSet, {By::Operator, by}));
  const base::Lock lock(inside_->mutex);
  inside_->failures.erase(holder->name);
  return {};
}

Result<void> Keeper::run_due() {
  const Inside::Turn turn(*inside_);
  if (!turn) return {};
  Result<void> first;
  for (const auto& holder : inside_->all()) {
    auto done = inside_->run(*holder);
    if (!done && first) first = std::move(done);
  }
  return first;
}

Result<std::vector<Standing>> Keeper::standings() {
  const auto holders = inside_->all();
  std::vector<Standing> all;
  const auto& rules = inside_->needs.policy.credentials();
  for (const auto& rule : rules) {
    const auto before = all.size();
    for (const auto& holder : holders) {
      if (term_of(*holder) != rule.credential) continue;
      ASSIGN_OR_RETURN(auto standing, inside_->standing_of(*holder));
      all.push_back(std::move(standing));
    }
    if (all.size() == before) all.push_back({.name = rule.credential, .every = rule.every});
  }
  for (const auto& holder : holders) {
    if (inside_->term(*holder)) continue;
    ASSIGN_OR_RETURN(auto standing, inside_->standing_of(*holder));
    all.push_back(std::move(standing));
  }
  return all;
}

std::int64_t count_overdue(const std::vector<Standing>& standings) {
  return std::ranges::count_if(standings, &Standing::overdue);
}

}  // namespace credentials
