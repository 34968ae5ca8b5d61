#include "policy/gate.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "policy/testing/example.h"
#include "policy/testing/proof.h"

namespace policy {
namespace {

using base::Code;
using consent::Ledger;
using ::testing::ElementsAre;
using testing::kExample;
using testing::replaced;

TEST(Gate, LetsThroughWhatIsDeclared) {
  const auto policy = Policy::parse(kExample).value();
  const Gate gate(policy);
  const auto field = gate.permit_field("post");
  ASSERT_TRUE(field);
  EXPECT_EQ(field->field(), "post");
  EXPECT_EQ(field->data(), "card");
  EXPECT_EQ(field->policy_version(), policy.version());
  EXPECT_THAT(field->purposes(), ElementsAre("entry"));  // "diploma" needs a consent that is not there.
  EXPECT_EQ(gate.permit_field("shoe-size").error().code, Code::NotFound);
  EXPECT_EQ(gate.permit_field("opened").error().code, Code::NotFound);  // A record is no field.

  const auto record = gate.permit_record("opened");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->name(), "opened");
  EXPECT_EQ(record->purpose(), "entry");
  EXPECT_EQ(gate.permit_record("closed").error().code, Code::NotFound);
  EXPECT_EQ(gate.permit_attribute("device").error().code, Code::NotFound);
  EXPECT_EQ(gate.permit_log("url").error().code, Code::NotFound);
}

TEST(Gate, MeasuresOnlyAgainstAProof) {
  const auto policy = Policy::parse(kExample).value();
  const Gate gate(policy);
  EXPECT_EQ(gate.permit_facts(Proofs{}).error().code, Code::Denied);

  const auto permit = gate.permit_facts(Ledger::prove(policy, "reading", 5, 9));
  ASSERT_TRUE(permit);
  EXPECT_EQ(permit->facts(), 2 | 64);
  EXPECT_THAT(permit->marks(), ElementsAre("turned"));
  EXPECT_THAT(permit->purposes(), ElementsAre("reading", "diploma"));
  EXPECT_EQ(permit->policy_version(), policy.version());
  EXPECT_EQ(permit->session().bytes[15], 5);
  EXPECT_EQ(permit->viewer().value, 9U);
  EXPECT_EQ(permit->property().value, 3U);
}

TEST(Gate, TakesNoProofOfAnotherPurposeOrSessionOrOfWhatChanged) {
  const auto policy = Policy::parse(kExample).value();
  const Gate gate(policy);
  // Nobody can consent to "entry", but even such a proof opens nothing else.
  EXPECT_EQ(gate.permit_facts(Ledger::prove(policy, "entry")).error().code, Code::Denied);

  std::vector<ConsentProof> two;
  two.push_back(Ledger::prove(policy, "reading", 1));
  two.push_back(Ledger::prove(policy, "reading", 2));
  EXPECT_EQ(gate.permit_facts(two).error().code, Code::Denied);
  EXPECT_EQ(gate.permit_field("post", two).error().code, Code::Denied);

  const auto changed = Policy::parse(replaced(kExample, "To see what is read.", "To see all.")).value();
  EXPECT_EQ(Gate(changed).permit_facts(Ledger::prove(policy, "reading")).error().code, Code::Denied);
  const auto moved = Policy::parse(replaced(kExample, "To let you in.", "To welcome you.")).value();
  EXPECT_NE(moved.version(), policy.version());
  EXPECT_TRUE(Gate(moved).permit_facts(Ledger::prove(policy, "reading")));
}

TEST(Gate, MeasuresNothingWithoutDeclaredFacts) {
  auto yaml = replaced(kExample, "facts: [focused, idle]", "marks: [seen]");
  const auto policy = Policy::parse(yaml).value();
  EXPECT_EQ(Gate(policy).permit_facts(Ledger::prove(policy, "reading")).error().code, Code::NotFound);
}

// ---- A random policy against the rule spelled out anew, on a model of its own.

struct ModelPurpose {
  bool consent = false;
  int needs = -1;
};
struct ModelDatum {
  Kind kind = Kind::Fields;
  std::vector<int> purposes;
  std::uint8_t facts = 0;
};
struct Model {
  std::vector<ModelPurpose> purposes;
  std::vector<ModelDatum> data;
};

Model draw(std::mt19937_64& random) {
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Model model;
  model.purposes.resize(static_cast<std::size_t>(1 + below(6)));
  for (std::size_t i = 0; i < model.purposes.size(); ++i) {
    model.purposes[i].consent = below(2) == 0;
    if (i > 0 && below(3) == 0) model.purposes[i].needs = below(static_cast<int>(i));
  }
  const int count = 1 + below(6);
  for (int i = 0; i < count; ++i) {
    ModelDatum datum;
    constexpr std::array kKinds{Kind::Fields,     Kind::Facts, Kind::Records,
                                Kind::Attributes, Kind::Marks, Kind::Logs};
    datum.kind = kKinds[static_cast<std::size_t>(below(6))];
    for (int purpose = 0; purpose < static_cast<int>(model.purposes.size()); ++purpose) {
      if (below(3) == 0) datum.purposes.push_back(purpose);
    }
    if (datum.purposes.empty()) datum.purposes.push_back(below(static_cast<int>(model.purposes.size())));
    if (datum.kind == Kind::Facts) datum.facts = static_cast<std::uint8_t>(2 | below(128));
    model.data.push_back(std::move(datum));
  }
  return model;
}

bool needs_consent_only(const Model& model, int purpose) {
  for (; purpose >= 0; purpose = model.purposes[static_cast<std::size_t>(purpose)].needs) {
    if (model.purposes[static_cast<std::size_t>(purpose)].consent) return true;
  }
  return false;
}

/// Names of purposes, data and items are p0…, d0…, i0…
std::string write(const Model& model) {
  std::string yaml =
      "policy: random\nlanguages: [de]\nin-force: 2026-01-01\nparties: { controller: { role: organiser } }\n"
      "purposes:\n";
  for (std::size_t i = 0; i < model.purposes.size(); ++i) {
    const auto& purpose = model.purposes[i];
    yaml += fmt::format("  p{}: {{ basis: {}, says: {{ de: x }}{} }}\n", i,
                        purpose.consent ? "consent" : "contract",
                        purpose.needs >= 0 ? fmt::format(", needs: p{}", purpose.needs) : "");
  }
  yaml += "data:\n";
  std::string stays;
  for (std::size_t i = 0; i < model.data.size(); ++i) {
    const auto& datum = model.data[i];
    std::string items = fmt::format("[i{}]", i);
    if (datum.kind == Kind::Facts) {
      items = "[";
      for (const auto fact : kFacts) {
        if ((datum.facts & static_cast<std::uint8_t>(fact)) != 0) items += fmt::format("{}, ", to_text(fact));
      }
      items += "]";
    }
    if (datum.kind == Kind::Fields) {
      items = fmt::format("{{ i{}: {{ type: text, label: {{ de: x }} }} }}, from: registration form", i);
    }
    std::vector<std::string> purposes;
    bool stays_now = false;
    for (const int purpose : datum.purposes) {
      purposes.push_back(fmt::format("p{}", purpose));
      stays_now |= !needs_consent_only(model, purpose);
    }
    const bool viewing = datum.kind != Kind::Fields && datum.kind != Kind::Facts && datum.kind != Kind::Marks;
    if (stays_now && viewing) stays += fmt::format("d{}, ", i);
    yaml += fmt::format(
        "  d{}: {{ {}: {}, says: {{ de: x }}, for: [{}], class: {}, keep: 1 day after event end, then: erase "
        "}}\n",
        i, to_text(datum.kind), items, fmt::join(purposes, ", "),
        datum.kind == Kind::Fields ? "held" : "pseudonymous");
  }
  yaml += "consent:\n";
  for (std::size_t i = 0; i < model.purposes.size(); ++i) {
    if (!model.purposes[i].consent) continue;
    yaml += fmt::format(
        "  p{}: {{ ask: every viewing, asks: {{ de: x }}, explains: {{ de: x }}, costs: {{ de: x }}, accept: "
        "{{ de: x }}, decline: {{ de: x }}, given: {{ de: x }}, declined: {{ de: x }}, refused: [{}] }}\n",
        i, stays);
  }
  return yaml;
}

/// The rule by a fixed point over all purposes: what the gate does by walking needs.
std::set<int> grounded(const Model& model, const std::set<int>& proven) {
  std::set<int> result;
  for (bool grew = true; grew;) {
    grew = false;
    for (int i = 0; i < static_cast<int>(model.purposes.size()); ++i) {
      const auto& purpose = model.purposes[static_cast<std::size_t>(i)];
      const bool own = !purpose.consent || proven.contains(i);
      if (own && (purpose.needs < 0 || result.contains(purpose.needs))) grew |= result.insert(i).second;
    }
  }
  return result;
}

/// What the gate says about one datum's item: whether, and for which purposes.
std::optional<std::vector<std::string>> asked(const Gate& gate, Kind kind, const std::string& item,
                                              Proofs proofs) {
  const auto purposes = [](const auto& permit) -> std::optional<std::vector<std::string>> {
    if (!permit) return std::nullopt;
    return permit->purposes();
  };
  switch (kind) {
    case Kind::Fields: return purposes(gate.permit_field(item, proofs));
    case Kind::Records: return purposes(gate.permit_record(item, proofs));
    case Kind::Attributes: return purposes(gate.permit_attribute(item, proofs));
    case Kind::Logs: return purposes(gate.permit_log(item, proofs));
    case Kind::Facts:
    case Kind::Marks: break;
  }
  return std::nullopt;
}

void compare(const Model& model, const Policy& policy, const std::set<int>& proven) {
  std::vector<ConsentProof> proofs;
  for (const int purpose : proven) proofs.push_back(Ledger::prove(policy, fmt::format("p{}", purpose)));
  const Gate gate(policy);
  const auto open = grounded(model, proven);
  std::uint8_t facts = 0;
  std::vector<std::string> marks;
  std::set<std::string> measured_for;
  for (std::size_t i = 0; i < model.data.size(); ++i) {
    const auto& datum = model.data[i];
    std::vector<std::string> purposes;
    bool consented = false;
    for (const int purpose : datum.purposes) {
      if (!open.contains(purpose)) continue;
      purposes.push_back(fmt::format("p{}", purpose));
      consented |= model.purposes[static_cast<std::size_t>(purpose)].consent;
    }
    if (datum.kind != Kind::Facts && datum.kind != Kind::Marks) {
      const auto permitted = asked(gate, datum.kind, fmt::format("i{}", i), proofs);
      ASSERT_EQ(permitted.value_or(std::vector<std::string>{}), purposes) << "datum " << i;
    } else if (consented) {
      facts |= datum.facts;
      if (datum.kind == Kind::Marks) marks.push_back(fmt::format("i{}", i));
      measured_for.insert(purposes.begin(), purposes.end());
    }
  }
  const auto permit = gate.permit_facts(proofs);
  ASSERT_EQ(permit.has_value(), facts != 0);
  if (!permit) return;
  EXPECT_EQ(permit->facts(), facts);
  EXPECT_EQ(permit->marks(), marks);
  EXPECT_EQ(std::set<std::string>(permit->purposes().begin(), permit->purposes().end()), measured_for);
}

TEST(Gate, AgreesWithTheRuleSpelledOutOnRandomPolicies) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937_64 random(seed);
  int taken = 0;
  int questions = 0;
  for (int round = 0; round < 4000; ++round) {
    const auto model = draw(random);
    Vocabulary vocabulary;
    for (std::size_t i = 0; i < model.data.size(); ++i) {
      const auto item = fmt::format("i{}", i);
      for (auto* words : {&vocabulary.records, &vocabulary.attributes, &vocabulary.logs})
        words->push_back(item);
    }
    const auto yaml = write(model);
    const auto policy = Policy::parse(yaml, vocabulary);
    if (!policy) continue;  // It contradicts itself, as facts that rest on a contract.
    ++taken;
    std::vector<int> consents;
    for (int i = 0; i < static_cast<int>(model.purposes.size()); ++i) {
      if (model.purposes[static_cast<std::size_t>(i)].consent) consents.push_back(i);
    }
    for (unsigned subset = 0; subset < (1U << consents.size()); ++subset) {
      std::set<int> proven;
      for (std::size_t i = 0; i < consents.size(); ++i) {
        if ((subset >> i & 1U) != 0) proven.insert(consents[i]);
      }
      ++questions;
      compare(model, *policy, proven);
      if (::testing::Test::HasFailure()) FAIL() << yaml;
    }
  }
  EXPECT_GT(taken, 800);
  EXPECT_GT(questions, 2000);
}

}  // namespace
}  // namespace policy
