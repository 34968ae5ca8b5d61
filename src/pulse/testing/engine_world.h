// An engine with its surroundings for tests: files that can fail, a clock that stands still, chance from a
// seed, keys; and calls that wait for their answer.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "crypto/hash.h"
#include "pulse/engine.h"
#include "pulse/testing/faulty_files.h"

namespace pulse::testing {

inline constexpr std::int64_t kStartMs = 1'795'356'000'000;  // 2026-11-22T14:00:00Z
inline constexpr base::PropertyNumber kEvent{7};

class TestKeys final : public KeySource {
 public:
  base::Result<crypto::SecretKey> log_key() override { return key("log"); }
  base::Result<crypto::KeyRing> token_keys() override {
    crypto::KeyRing ring{key(fmt::format("token {}", token_keys_renewed))};
    if (token_keys_renewed > 0 && accepts_previous)
      ring.previous.push_back(key(fmt::format("token {}", token_keys_renewed - 1)));
    return ring;
  }
  base::Result<crypto::SecretKey> property_key(base::PropertyNumber property) override {
    return key(fmt::format("property {}", property.value));
  }

  int token_keys_renewed = 0;
  bool accepts_previous = true;

 private:
  static crypto::SecretKey key(std::string_view use) {
    base::SeededRandom random(1);
    return crypto::derive_key(crypto::SecretKey::draw(random), use);
  }
};

/// Two hours from kStartMs, with the window a quarter of an hour around them.
inline PropertyRules event_rules() {
  PropertyRules rules;
  rules.report_from_ms = kStartMs;
  rules.report_to_ms = kStartMs + 7'200'000;
  rules.window_from_ms = rules.report_from_ms - 900'000;
  rules.window_to_ms = rules.report_to_ms + 900'000;
  rules.facts = kFactsMax;
  rules.mark_kinds = {"click"};
  return rules;
}

/// An opening that no policy permitted: the engine's own tests are below every policy.
struct Unpermitted {
  /// Without facts it is not measured.
  static OpenRequest request(base::SessionId session, base::PropertyNumber property,
                             base::ViewerNumber viewer, Facts facts, Attributes attributes) {
    OpenRequest request;
    request.session_ = session;
    request.property_ = property;
    request.viewer_ = viewer;
    request.consented_ = facts != 0;
    request.permitted_ = facts;
    request.attributes_ = std::move(attributes);
    return request;
  }
};

struct World {
  FaultyFiles files;
  base::ManualClock clock{base::instant_from_ms(kStartMs)};
  base::SeededRandom random{1};
  TestKeys keys;
  EngineOptions options;
  std::unique_ptr<Engine> engine;

  explicit World(std::uint64_t seed = 1) : files(seed) {
    options.folder = "/pulse";
    options.checkpoints_itself = false;
  }

  base::Result<void> start() {
    engine.reset();
    ASSIGN_OR_RETURN(engine, Engine::open(options, files, clock, random, keys));
    return {};
  }
  /// The process dies, with all that was not synced lost.
  void crash() {
    files.crash();
    engine.reset();
  }

  base::Result<OpenedSession> open(std::uint64_t viewer, bool consented = true, Attributes attributes = {},
                                   base::PropertyNumber property = kEvent) {
    std::promise<base::Result<OpenedSession>> promise;
    const auto facts = consented ? kFactsMax : Facts{0};
    engine->open_session(
        Unpermitted::request(base::SessionId::draw(random), property, {viewer}, facts, std::move(attributes)),
        [&](base::Result<OpenedSession> result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }
  base::Result<Ack> send(const std::string& message) {
    std::promise<base::Result<Ack>> promise;
    engine->append(message, [&](base::Result<Ack> result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }
  /// `beats` is JSON, such as "[[0,3]]".
  base::Result<Ack> beat(const OpenedSession& session, std::uint64_t number, const std::string& beats,
                         const std::string& marks = "[]") {
    return send(message(session, number, beats, marks));
  }
  static std::string message(const OpenedSession& session, std::uint64_t number, const std::string& beats,
                             const std::string& marks = "[]") {
    return fmt::format(R"({{"t":"{}","n":{},"b":{},"m":{}}})", session.token, number, beats, marks);
  }
  base::Result<void> withdraw(const OpenedSession& session) {
    std::promise<base::Result<void>> promise;
    engine->withdraw(session.session, session.token,
                     [&](base::Result<void> result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }
  void pass(std::int64_t ms) { clock.advance(base::Millis{ms}); }

  /// Each session's intervals, in order of opening.
  std::vector<std::vector<Interval>> intervals(base::PropertyNumber property = kEvent) {
    auto snapshot = engine->snapshot(property);
    EXPECT_TRUE(snapshot) << snapshot.error().message;
    if (!snapshot) return {};
    std::vector<std::vector<Interval>> all(snapshot->sessions().size());
    auto rows = snapshot->intervals();
    EXPECT_TRUE(rows) << rows.error().message;
    if (rows)
      for (const auto& row : *rows) all[row.session].push_back(row.interval);
    return all;
  }
};

}  // namespace pulse::testing
