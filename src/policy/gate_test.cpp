#include "policy/gate.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/contains.h"
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
  std::vector<int> meanwhile;  ///< some of them; empty: not said
  std::uint8_t facts = 0;
  bool special = false;  ///< a field that asks for health
};
struct ModelRecipient {
  bool is_processor = false;
  bool assessed = false;
  bool agreement = false;
  bool abroad = false;        ///< its country is outside the EEA
  bool place_abroad = false;  ///< it runs a place there
  bool ground = false;
  std::set<int> gets;
};
enum class Refuses { Unsaid, Nothing, Health, Race };
struct Model {
  std::vector<ModelPurpose> purposes;
  std::vector<ModelDatum> data;
  std::vector<ModelRecipient> recipients;
  Refuses refuses = Refuses::Unsaid;
};

std::string item_of(const Model& model, std::size_t i) {
  return fmt::format("{}{}", model.data[i].special ? "diagnosis" : "i", i);
}

Model draw(std::mt19937_64& random) {
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Model model;
  model.purposes.resize(1 + static_cast<std::size_t>(below(6)));
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
    for (const int purpose : datum.purposes) {
      if (below(4) == 0) datum.meanwhile.push_back(purpose);
    }
    if (datum.kind == Kind::Facts) datum.facts = static_cast<std::uint8_t>(2 | below(128));
    const auto is_asked = [&](int purpose) {
      return model.purposes[static_cast<std::size_t>(purpose)].consent;
    };
    const bool may_be_special = datum.kind == Kind::Fields && std::ranges::all_of(datum.purposes, is_asked);
    datum.special = may_be_special ? below(2) == 0 : below(30) == 0 && datum.kind == Kind::Fields;
    model.data.push_back(std::move(datum));
  }
  const bool any_special = std::ranges::any_of(model.data, &ModelDatum::special);
  model.refuses = static_cast<Refuses>(any_special && below(10) > 0 ? 1 + 2 * below(2) : below(4));
  model.recipients.resize(static_cast<std::size_t>(below(4)));
  for (auto& recipient : model.recipients) {
    recipient.is_processor = below(2) == 0;
    recipient.assessed = below(3) > 0;
    recipient.agreement = below(4) > 0;
    recipient.abroad = below(3) == 0;
    recipient.place_abroad = below(4) == 0;
    // Now and then it is the wrong way round, which the parser refuses.
    recipient.ground = (recipient.abroad || recipient.place_abroad) != (below(20) == 0);
    for (int datum = 0; datum < count; ++datum) {
      if (below(2) == 0) recipient.gets.insert(datum);
    }
  }
  return model;
}

std::string names_of(const std::set<int>& data) {
  std::string names;
  for (const int datum : data) names += fmt::format("d{}, ", datum);
  return "[" + names + "]";
}

std::string write_recipients(const Model& model) {
  if (model.recipients.empty()) return "";
  std::string yaml = "recipients:\n";
  std::string places = "places:\n  here: { says: { de: x }, country: BE, by: controller, holds: [";
  for (std::size_t i = 0; i < model.data.size(); ++i) places += fmt::format("d{}, ", i);
  places += "] }\n";
  for (std::size_t i = 0; i < model.recipients.size(); ++i) {
    const auto& recipient = model.recipients[i];
    yaml += fmt::format(
        "  r{}: {{ name: x, country: {}, role: {}, does: {{ de: x }}, policy: 'https://x.example/'{}{}{}, "
        "gets: {} }}\n",
        i, recipient.abroad ? "US" : "NL", recipient.is_processor ? "processor" : "controller",
        recipient.assessed ? ", assessed: 2025-01-01" : "",
        recipient.agreement ? ", agreement: 2025-01-01" : "", recipient.ground ? ", transfer: contract" : "",
        names_of(recipient.gets));
    if (recipient.place_abroad) {
      places += fmt::format("  there{}: {{ says: {{ de: x }}, country: US, by: r{}, holds: [] }}\n", i, i);
    }
  }
  return yaml + places;
}

std::string write_refuses(const Model& model) {
  switch (model.refuses) {
    case Refuses::Unsaid: return "";
    case Refuses::Nothing: return "refuses: []\n";
    case Refuses::Health: return "refuses: [health]\n";
    case Refuses::Race: return "refuses: [race]\n";
  }
  return "";
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
      items = fmt::format("{{ {}: {{ type: text, label: {{ de: x }} }} }}, from: registration form",
                          item_of(model, i));
    }
    std::vector<std::string> purposes;
    bool stays_now = false;
    for (const int purpose : datum.purposes) {
      purposes.push_back(fmt::format("p{}", purpose));
      stays_now |= !needs_consent_only(model, purpose);
    }
    std::vector<std::string> meanwhile;
    for (const int purpose : datum.meanwhile) meanwhile.push_back(fmt::format("p{}", purpose));
    const bool viewing = datum.kind != Kind::Fields && datum.kind != Kind::Facts && datum.kind != Kind::Marks;
    if (stays_now && viewing) stays += fmt::format("d{}, ", i);
    yaml += fmt::format(
        "  d{}: {{ {}: {}, says: {{ de: x }}, for: [{}], class: {}, keep: 1 day after event end{}, then: "
        "erase "
        "}}\n",
        i, to_text(datum.kind), items, fmt::join(purposes, ", "),
        datum.kind == Kind::Fields ? "held" : "pseudonymous",
        meanwhile.empty() ? "" : fmt::format(", meanwhile: [{}]", fmt::join(meanwhile, ", ")));
  }
  yaml += "consent:\n";
  for (std::size_t i = 0; i < model.purposes.size(); ++i) {
    if (!model.purposes[i].consent) continue;
    yaml += fmt::format(
        "  p{}: {{ ask: every viewing, asks: {{ de: x }}, explains: {{ de: x }}, costs: {{ de: x }}, accept: "
        "{{ de: x }}, decline: {{ de: x }}, given: {{ de: x }}, declined: {{ de: x }}, refused: [{}] }}\n",
        i, stays);
  }
  return yaml + write_recipients(model) + write_refuses(model);
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

/// What the terms of all data count from has come.
const std::vector<std::string> kOver{"account end", "event end"};

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
      const bool refused =
          datum.special && model.refuses != Refuses::Nothing && model.refuses != Refuses::Race;
      if (refused) purposes.clear();
      const auto permitted = asked(gate, datum.kind, item_of(model, i), proofs);
      ASSERT_EQ(permitted.value_or(std::vector<std::string>{}), purposes) << "datum " << i;
      if (datum.kind != Kind::Fields) continue;
      const bool may_grow = !purposes.empty() && datum.meanwhile.empty();
      ASSERT_EQ(gate.permit_field(item_of(model, i), proofs, kOver).has_value(), may_grow) << "datum " << i;
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

/// May the datum go there? Undeclared ones are asked for too.
void compare_recipients(const Model& model, const Policy& policy) {
  const Gate gate(policy);
  for (int who = 0; who <= static_cast<int>(model.recipients.size()); ++who) {
    for (int what = 0; what <= static_cast<int>(model.data.size()); ++what) {
      bool may = false;
      if (who < static_cast<int>(model.recipients.size())) {
        const auto& recipient = model.recipients[static_cast<std::size_t>(who)];
        const bool signed_up = recipient.agreement || !recipient.is_processor;
        const bool near = !recipient.abroad && !recipient.place_abroad;
        may = recipient.gets.contains(what) && recipient.assessed && signed_up && (near || recipient.ground);
      }
      const auto permit = gate.permit_recipient(fmt::format("r{}", who), fmt::format("d{}", what));
      ASSERT_EQ(permit.has_value(), may) << "d" << what << " to r" << who;
      if (!permit) {
        EXPECT_EQ(permit.error().code, Code::Denied);
      } else {
        EXPECT_EQ(permit->recipient(), fmt::format("r{}", who));
        EXPECT_EQ(permit->data(), fmt::format("d{}", what));
      }
    }
  }
}

/// What may be used for what? A purpose that is not declared is asked for too.
void compare_uses(const Model& model, const Policy& policy, bool over) {
  const Gate gate(policy);
  for (int purpose = 0; purpose <= static_cast<int>(model.purposes.size()); ++purpose) {
    const std::vector<std::string> asked{fmt::format("p{}", purpose)};
    const auto serves = [&](const auto& datum) {
      const bool is_left = !over || datum.meanwhile.empty() || base::contains(datum.meanwhile, purpose);
      return is_left && base::contains(datum.purposes, purpose);
    };
    const auto permit = over ? gate.permit_use(asked, kOver) : gate.permit_use(asked);
    ASSERT_EQ(permit.has_value(), std::ranges::any_of(model.data, serves)) << asked.front();
    if (!permit) continue;
    for (std::size_t i = 0; i < model.data.size(); ++i)
      EXPECT_EQ(permit->covers(fmt::format("d{}", i)), serves(model.data[i])) << "d" << i;
  }
}

TEST(Gate, TiesEachUseToItsPurpose) {
  const auto policy = Policy::parse(kExample).value();
  const Gate gate(policy);
  const auto permit = [&](std::vector<std::string> purposes) { return gate.permit_use(purposes); };
  const auto entry = permit({"entry"}).value();
  EXPECT_THAT(entry.data(), ElementsAre("card", "door"));
  EXPECT_TRUE(entry.covers("card", {"entry"}, /*agreed=*/false));
  EXPECT_FALSE(entry.covers("card", {"diploma"}, false)) << "it was not stored for this";
  EXPECT_FALSE(entry.covers("eyes", {"entry"}, true)) << "the policy does not declare it for this";

  const auto diploma = permit({"diploma"}).value();
  EXPECT_FALSE(diploma.covers("card", {"entry"}, false));
  EXPECT_TRUE(diploma.covers("card", {"entry"}, true)) << "it needs the consent that they gave";
  EXPECT_FALSE(permit({"entry"})->covers("card", {}, true)) << "no consent is what this rests on";

  EXPECT_THAT(permit({"entry", "reading", "entry"})->purposes(), ElementsAre("entry", "reading"));
  EXPECT_EQ(permit({}).error().code, Code::Invalid);
  EXPECT_EQ(permit({"entry", "resale"}).error().code, Code::NotFound);
}

TEST(Gate, MechanismKeepsForWhatIsLeftOnceTheTimeIsOver) {
  const auto policy = Policy::parse(replaced(kExample, "2 months after event end\n",
                                             "2 months after event end\n    meanwhile: [diploma]\n"))
                          .value();
  const Gate gate(policy);
  const auto covers = [&](const std::string& purpose, Ended ended) {
    const auto permit = gate.permit_use(std::span{&purpose, 1}, ended);
    return permit && permit->covers("card");
  };
  const std::vector<std::string> other{"account end"};
  EXPECT_TRUE(covers("entry", {}));
  EXPECT_TRUE(covers("entry", other)) << "its term counts from something else";
  EXPECT_FALSE(covers("entry", kOver));
  EXPECT_TRUE(covers("diploma", kOver));
  EXPECT_TRUE(gate.permit_field("called", {}, other));
  EXPECT_EQ(gate.permit_field("called", {}, kOver).error().code, Code::Denied);
  EXPECT_FALSE(gate.permit_use(std::vector<std::string>{"entry"}, kOver)->covers("card", {"entry"}, true));
}

TEST(Gate, LetsDataGoOutsideOnADeclaredGroundAlone) {
  const auto policy = Policy::parse(std::string{kExample} + "disclosures: [court order]\n").value();
  const Gate gate(policy);
  const auto permit = [&](std::string_view ground, std::vector<std::string> data) {
    return gate.permit_disclosure(ground, data);
  };
  EXPECT_THAT(permit("court order", {"card", "eyes", "card"})->data(), ElementsAre("card", "eyes"));
  EXPECT_EQ(permit("court order", {"card"})->ground(), "court order");
  EXPECT_EQ(permit("permission", {"card"}).error().code, Code::Denied);
  EXPECT_EQ(permit("", {"card"}).error().code, Code::Denied);
  EXPECT_EQ(permit("court order", {}).error().code, Code::Invalid);
  EXPECT_EQ(permit("court order", {"shoes"}).error().code, Code::NotFound);
}

TEST(Gate, AgreesWithTheRuleSpelledOutOnRandomPolicies) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937_64 random(seed);
  int taken = 0;
  int questions = 0;
  int special = 0;
  int recipients = 0;
  for (int round = 0; questions < 100'000 && round < 100'000; ++round) {
    const auto model = draw(random);
    Vocabulary vocabulary;
    for (std::size_t i = 0; i < model.data.size(); ++i) {
      const auto item = fmt::format("i{}", i);
      for (auto* words : {&vocabulary.records, &vocabulary.attributes, &vocabulary.logs})
        words->push_back(item);
    }
    const auto yaml = write(model);
    const auto policy = Policy::parse(yaml, vocabulary, Extent::Part);
    if (!policy) continue;  // It contradicts itself, as facts that rest on a contract.
    ++taken;
    for (const auto& datum : model.data) special += datum.special ? 1 : 0;
    recipients += static_cast<int>(model.recipients.size());
    questions += static_cast<int>((model.recipients.size() + 1) * (model.data.size() + 1));
    compare_recipients(model, *policy);
    compare_uses(model, *policy, /*over=*/false);
    compare_uses(model, *policy, /*over=*/true);
    std::vector<int> consents;
    for (int i = 0; i < static_cast<int>(model.purposes.size()); ++i) {
      if (model.purposes[static_cast<std::size_t>(i)].consent) consents.push_back(i);
    }
    for (unsigned subset = 0; subset < (1U << consents.size()); ++subset) {
      std::set<int> proven;
      for (std::size_t i = 0; i < consents.size(); ++i) {
        if ((subset >> i & 1U) != 0) proven.insert(consents[i]);
      }
      questions += static_cast<int>(model.data.size()) + 1;
      compare(model, *policy, proven);
      if (::testing::Test::HasFailure()) FAIL() << yaml;
    }
  }
  EXPECT_GE(questions, 100'000);
  EXPECT_GT(taken, 1000);
  EXPECT_GT(special, 50);
  EXPECT_GT(recipients, 500);
}

}  // namespace
}  // namespace policy
