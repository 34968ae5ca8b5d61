#include "outbox/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mail/maildir.h"
#include "outbox/layout.h"
#include "outbox/limits.h"
#include "outbox/queries.h"
#include "sql/prepare_check.h"
#include "vault/testing/house.h"

namespace outbox {
namespace {

using base::Code;
using namespace std::string_view_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A Maildir whose reply can be made another, as that of a server that is full or far away; or which ends the
/// process, as a power loss would.
class Shaky final : public mail::Transport {
 public:
  explicit Shaky(mail::Transport& real) : real_(real) {}

  mail::Delivery send(std::string_view from, std::string_view to, std::string_view rendered) override {
    ++tries;
    if (before_sending) before_sending();
    if (dies_before) ::_exit(9);
    if (reply && !accepts_all_the_same) return *reply;
    auto delivery = real_.send(from, to, rendered);
    if (dies_after) ::_exit(9);
    return reply.value_or(delivery);
  }

  int tries = 0;
  std::optional<mail::Delivery> reply;
  bool accepts_all_the_same = false;
  bool dies_before = false;
  bool dies_after = false;
  std::function<void()> before_sending;

 private:
  mail::Transport& real_;
};

class OutboxTest : public vault::testing::House {
 protected:
  void SetUp() override {
    House::SetUp();
    if (GetParam() == sql::Engine::Postgresql)
      control_address_ = sql::testing::fresh_postgresql_address().value();
    maildir_ = mail::Maildir::open(files_, folder_ / "mail", clock_, random_).value();
    open_outbox();
    ada_ = add("Ada Lovelace", "ada@club.example").value();
  }
  void TearDown() override {
    close_outbox();
    House::TearDown();
  }
  void open_outbox() {
    control_ = open_database("control.db", control_address_);
    shaky_ = std::make_unique<Shaky>(*maildir_);
    outbox_ = opened().value();
  }
  void close_outbox() {
    outbox_.reset();
    control_.reset();
  }
  base::Result<std::unique_ptr<Outbox>> opened() {
    const auto fields = [](base::PropertyNumber property) -> base::Result<FieldNames> {
      if (property == kOther) return base::fail(Code::NotFound, "no such property");
      return FieldNames{"post", {"called"}};
    };
    return Outbox::open({*control_, *vault_, fields, *shaky_, clock_, random_}, settings_,
                        {{"moved", {}}, {"reminder", [this](const Recipient& to, const Values& parameters) {
                                           return fill_(to, parameters);
                                         }}});
  }

  Mail moved(base::PersonId person) {
    return {
        .person = person,
        .property = kProperty,
        .template_name = "moved",
        .parameters = {{"event", "Café"}, {"when", "zondag"}, {"link", "https://hartslag.example/e/cafe"}},
        .due = {},
        .once = {}};
  }
  /// All mails, the earliest first.
  std::vector<mail::Message> mails() {
    auto names = maildir_->list().value();
    std::ranges::reverse(names);
    std::vector<mail::Message> out;
    for (const auto& name : names) out.push_back(maildir_->read(name)->message);
    return out;
  }
  Counters counters() { return outbox_->counters(kProperty).value(); }

  /// Runs `work` in a process of its own, which `shaky_` ends.
  void in_a_process_that_dies(const std::function<void()>& prepare) {
    close_outbox();
    close();
    const auto child = ::fork();
    if (child == 0) {
      open();
      open_outbox();
      prepare();
      (void)outbox_->run_due(1);
      ::_exit(1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    ASSERT_EQ(WEXITSTATUS(status), 9);
    open();
    open_outbox();
  }

  Settings settings_{{"Lichtbeeld", "mail@lichtbeeld.example"}, "lichtbeeld.example", "Lichtbeeld BV"};
  base::OsFiles files_;
  std::string control_address_;
  std::unique_ptr<mail::Maildir> maildir_;
  std::unique_ptr<Shaky> shaky_;
  std::unique_ptr<sql::Database> control_;
  std::unique_ptr<Outbox> outbox_;
  base::PersonId ada_;
  std::function<base::Result<Filling>(const Recipient&, const Values&)> fill_ = [](const Recipient& to,
                                                                                   const Values& parameters) {
    Filling filling;
    filling.values = {
        {"event", parameters.at("event")}, {"when", "nu"}, {"link", "https://hartslag.example/w"}};
    filling.attachments = {{"agenda.ics", "text/calendar; charset=utf-8", "BEGIN:VCALENDAR"}};
    filling.headers = {{"X-Language", std::string{to_text(to.language)}}};
    filling.reply_to = {"", "vragen@lichtbeeld.example"};
    return base::Result<Filling>{filling};
  };
};
INSTANTIATE_TEST_SUITE_P(Both, OutboxTest, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         vault::testing::engine_name);

TEST_P(OutboxTest, StatementsPrepare) { EXPECT_TRUE(sql::prepare_all(*control_, queries::kModule)); }

TEST_P(OutboxTest, SendsWhatIsDueInThePersonsLanguage) {
  ASSERT_TRUE(outbox_->queue(moved(ada_)));
  EXPECT_EQ(counters(), (Counters{.queued = 1}));
  EXPECT_EQ(outbox_->next_due().value(), clock_.now());
  EXPECT_EQ(outbox_->run_due(10).value(), (Progress{.sent = 1}));
  EXPECT_EQ(counters(), (Counters{.sent = 1}));
  EXPECT_EQ(outbox_->next_due().value(), std::nullopt);
  ASSERT_EQ(mails().size(), 1U);
  const auto mail = mails()[0];
  EXPECT_EQ(mail.to, (mail::Address{"Ada Lovelace", "ada@club.example"}));
  EXPECT_EQ(mail.from, settings_.from);
  EXPECT_EQ(mail.subject, "Nouvel horaire : Café");
  EXPECT_THAT(mail.text, AllOf(HasSubstr("Bonjour Ada Lovelace,\n\n"), HasSubstr("Nouvel horaire : zondag."),
                               HasSubstr("Aller à Café:\nhttps://hartslag.example/e/cafe\n"),
                               HasSubstr("Cordialement,\nLichtbeeld BV\n")));
  EXPECT_THAT(mail.html, AllOf(HasSubstr("<html lang=\"fr\">"),
                               HasSubstr("<a href=\"https://hartslag.example/e/cafe\"")));
  EXPECT_EQ(outbox_->run_due(10).value(), Progress{});
}

TEST_P(OutboxTest, AFillAddsWhatTheRowDoesNotHold) {
  auto mail = moved(ada_);
  mail.template_name = "reminder";
  mail.parameters = {{"event", "Café"}};
  ASSERT_TRUE(outbox_->queue(mail));
  EXPECT_EQ(outbox_->run_due(10).value(), (Progress{.sent = 1}));
  const auto sent = mails()[0];
  ASSERT_EQ(sent.attachments.size(), 1U);
  EXPECT_EQ(sent.attachments[0].file_name, "agenda.ics");
  EXPECT_EQ(sent.reply_to.address, "vragen@lichtbeeld.example");
  EXPECT_THAT(sent.headers, ::testing::Contains(mail::Header{"X-Language", "fr"}));
  EXPECT_THAT(sent.headers, ::testing::Contains(mail::Header{"Auto-Submitted", "auto-generated"}));
}

TEST_P(OutboxTest, KnowsNobody) {
  ASSERT_TRUE(outbox_->queue(moved(ada_)));
  shaky_->reply = mail::Delivery{mail::Outcome::Temporary, 450, "the server answered 450"};
  ASSERT_TRUE(outbox_->run_due(1));
  shaky_->reply.reset();
  clock_.advance(kBackoffFirst);
  ASSERT_TRUE(outbox_->run_due(1));
  ASSERT_EQ(mails().size(), 1U);
  if (GetParam() == sql::Engine::Sqlite) {
    const auto bytes = bytes_of("control.db");
    EXPECT_THAT(bytes, HasSubstr("moved"));
    EXPECT_THAT(bytes, AllOf(Not(HasSubstr("Lovelace")), Not(HasSubstr("club.example"))));
  }
}

TEST_P(OutboxTest, WaitsUntilItIsDue) {
  auto later = moved(ada_);
  later.due = clock_.now() + base::Millis{1000};
  ASSERT_TRUE(outbox_->queue(later));
  EXPECT_EQ(outbox_->next_due().value(), later.due);
  clock_.advance(base::Millis{999});
  EXPECT_EQ(outbox_->run_due(10).value(), Progress{});
  clock_.advance(base::Millis{1});
  EXPECT_EQ(outbox_->run_due(10).value(), (Progress{.sent = 1}));
}

TEST_P(OutboxTest, SendsNoMoreThanAsked) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(outbox_->queue(moved(ada_)));
  EXPECT_EQ(outbox_->run_due(3).value(), (Progress{.sent = 3}));
  EXPECT_EQ(counters(), (Counters{.queued = 2, .sent = 3}));
}

TEST_P(OutboxTest, OnceIsOnce) {
  auto mail = moved(ada_);
  mail.once = "2026-11-22";
  const auto first = outbox_->queue(mail).value();
  EXPECT_EQ(outbox_->queue(mail).value(), first);
  ASSERT_TRUE(outbox_->run_due(10));
  EXPECT_EQ(outbox_->queue(mail).value(), first) << "nor after it was sent";
  mail.once = "2026-11-23";
  EXPECT_NE(outbox_->queue(mail).value(), first);
  ASSERT_TRUE(outbox_->run_due(10));
  EXPECT_EQ(mails().size(), 2U);
  const auto told = outbox_->deliveries(mail.template_name, mail.once).value();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().person, ada_);
  EXPECT_EQ(told.front().state, "sent");
}

TEST_P(OutboxTest, TheErasedGetNothing) {
  ASSERT_TRUE(outbox_->queue(moved(ada_)));
  ASSERT_TRUE(vault_->erase(ada_));
  EXPECT_EQ(outbox_->run_due(10).value(), (Progress{.dropped = 1}));
  EXPECT_EQ(counters(), (Counters{.dropped = 1}));
  EXPECT_TRUE(mails().empty());
  EXPECT_EQ(shaky_->tries, 0);
}

TEST_P(OutboxTest, ACorrectedAddressIsUsedAtOnce) {
  ASSERT_TRUE(outbox_->queue(moved(ada_)));
  ASSERT_TRUE(vault_->update_field(ada_, {post_, " augusta@club.example ", vault::Findable::ByMail}));
  ASSERT_TRUE(outbox_->run_due(10));
  EXPECT_EQ(mails()[0].to.address, "augusta@club.example");
}

TEST_P(OutboxTest, DropsWhereThereIsNoAddressOrNoProperty) {
  ASSERT_TRUE(vault_->remove_field(ada_, "post"));
  ASSERT_TRUE(outbox_->queue(moved(ada_)));
  auto elsewhere = moved(ada_);
  elsewhere.property = kOther;
  ASSERT_TRUE(outbox_->queue(elsewhere));
  EXPECT_EQ(outbox_->run_due(10).value(), (Progress{.dropped = 2}));
}

TEST_P(OutboxTest, TriesAgainLaterAndLater) {
  ASSERT_TRUE(outbox_->queue(moved(ada_)));
  shaky_->reply = mail::Delivery{mail::Outcome::Temporary, 450, "the server answered 450"};
  const auto begin = clock_.now();
  auto wait = kBackoffFirst;
  int tries = 0;
  while (counters().failed == 0) {
    ASSERT_TRUE(outbox_->run_due(10));
    ASSERT_EQ(shaky_->tries, ++tries);
    const auto next = outbox_->next_due().value();
    if (!next) break;
    EXPECT_EQ(*next - clock_.now(), wait);
    wait = std::min(wait * 2, kBackoffLongest);
    clock_.advance(*next - clock_.now() - base::Millis{1});
    EXPECT_EQ(outbox_->run_due(10).value(), Progress{});
    clock_.advance(base::Millis{1});
  }
  EXPECT_LT(clock_.now() - begin, kGiveUpAfter);
  EXPECT_GE(clock_.now() - begin + kBackoffLongest, kGiveUpAfter);
  const auto failures = outbox_->failures(kProperty).value();
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].reason, "the server answered 450");
  EXPECT_EQ(failures[0].template_name, "moved");

  shaky_->reply.reset();
  EXPECT_TRUE(outbox_->retry(failures[0].number));
  EXPECT_EQ(outbox_->retry(failures[0].number).error().code, Code::NotFound);
  EXPECT_EQ(outbox_->run_due(10).value(), (Progress{.sent = 1}));
}

TEST_P(OutboxTest, ARefusalIsFinal) {
  ASSERT_TRUE(outbox_->queue(moved(ada_)));
  shaky_->reply = mail::Delivery{mail::Outcome::Permanent, 550, "the server answered 550"};
  EXPECT_EQ(outbox_->run_due(10).value(), (Progress{.failed = 1}));
  EXPECT_EQ(outbox_->next_due().value(), std::nullopt);
}

TEST_P(OutboxTest, StopsWhereNobodyCanBeReached) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(outbox_->queue(moved(ada_)));
  shaky_->reply = mail::Delivery{mail::Outcome::Temporary, 0, "connection refused"};
  EXPECT_EQ(outbox_->run_due(10).value(), (Progress{.postponed = 1}));
  EXPECT_EQ(shaky_->tries, 1);
}

TEST_P(OutboxTest, ALostAcceptanceRepeatsUnderTheSameId) {
  ASSERT_TRUE(outbox_->queue(moved(ada_)));
  shaky_->reply = mail::Delivery{mail::Outcome::Unknown, 0, "connection lost"};
  shaky_->accepts_all_the_same = true;
  EXPECT_EQ(outbox_->run_due(10).value(), (Progress{.postponed = 1}));
  shaky_->reply.reset();
  clock_.advance(kBackoffFirst);
  EXPECT_EQ(outbox_->run_due(10).value(), (Progress{.sent = 1}));
  ASSERT_EQ(mails().size(), 2U);
  EXPECT_EQ(mails()[0].message_id, mails()[1].message_id);
}

TEST_P(OutboxTest, ADeathBeforeSendingLosesAndRepeatsNothing) {
  ASSERT_TRUE(outbox_->queue(moved(ada_)));
  in_a_process_that_dies([&] { shaky_->dies_before = true; });
  EXPECT_EQ(counters(), (Counters{.sending = 1}));
  EXPECT_EQ(outbox_->run_due(10).value(), Progress{}) << "somebody else may still be at it";
  EXPECT_EQ(outbox_->next_due().value(), clock_.now() + kLease);
  clock_.advance(kLease - base::Millis{1});
  EXPECT_EQ(outbox_->run_due(10).value(), Progress{});
  clock_.advance(base::Millis{1});
  EXPECT_EQ(outbox_->run_due(10).value(), (Progress{.sent = 1}));
  EXPECT_EQ(mails().size(), 1U);
}

TEST_P(OutboxTest, ADeathAfterSendingRepeatsUnderTheSameId) {
  ASSERT_TRUE(outbox_->queue(moved(ada_)));
  in_a_process_that_dies([&] { shaky_->dies_after = true; });
  ASSERT_EQ(mails().size(), 1U);
  clock_.advance(kLease);
  EXPECT_EQ(outbox_->run_due(10).value(), (Progress{.sent = 1}));
  ASSERT_EQ(mails().size(), 2U);
  EXPECT_EQ(mails()[0].message_id, mails()[1].message_id);
  EXPECT_EQ(counters(), (Counters{.sent = 1}));
}

TEST_P(OutboxTest, ErasedWhileADeadProcessHeldIt) {
  ASSERT_TRUE(outbox_->queue(moved(ada_)));
  in_a_process_that_dies([&] { shaky_->dies_before = true; });
  ASSERT_TRUE(vault_->erase(ada_));
  clock_.advance(kLease);
  EXPECT_EQ(outbox_->run_due(10).value(), (Progress{.dropped = 1}));
  EXPECT_TRUE(mails().empty());
}

TEST_P(OutboxTest, ALateAnswerDoesNotTouchAnothersClaim) {
  ASSERT_TRUE(outbox_->queue(moved(ada_)));
  auto other = opened().value();
  shaky_->reply = mail::Delivery{mail::Outcome::Permanent, 550, "the server answered 550"};
  shaky_->before_sending = [&] {
    // This sending takes so long that its lease ends; another process sends the mail meanwhile.
    shaky_->before_sending = {};
    clock_.advance(kLease);
    const auto refusal = std::exchange(shaky_->reply, std::nullopt);
    EXPECT_EQ(other->run_due(1).value(), (Progress{.sent = 1}));
    shaky_->reply = refusal;
  };
  ASSERT_TRUE(outbox_->run_due(1));
  EXPECT_EQ(counters(), (Counters{.sent = 1}));
}

TEST_P(OutboxTest, ForgetsPeopleAndProperties) {
  const auto bob = add("Bob", "bob@club.example").value();
  ASSERT_TRUE(outbox_->queue(moved(ada_)));
  ASSERT_TRUE(outbox_->queue(moved(ada_)));
  ASSERT_TRUE(outbox_->run_due(1));
  ASSERT_TRUE(outbox_->queue(moved(bob)));
  EXPECT_EQ(outbox_->forget(ada_).value(), 2);
  EXPECT_EQ(counters(), (Counters{.queued = 1}));
  EXPECT_EQ(outbox_->forget(kProperty).value(), 1);
  EXPECT_EQ(counters(), Counters{});
}

TEST_P(OutboxTest, RefusesWhatItCannotSend) {
  auto unknown = moved(ada_);
  unknown.template_name = "unheard_of";
  EXPECT_EQ(outbox_->queue(unknown).error().code, Code::Invalid);
  auto large = moved(ada_);
  large.parameters = {{"x", ""}};
  large.parameters["x"].assign(kParameterBytes - R"({"x":""})"sv.size(), 'y');
  EXPECT_TRUE(outbox_->queue(large));
  large.parameters["x"] += 'y';
  EXPECT_EQ(outbox_->queue(large).error().code, Code::TooLarge);
  EXPECT_EQ(outbox_->run_due(1).value(), (Progress{.failed = 1})) << "no value for {event}";
  EXPECT_THAT(outbox_->failures(kProperty)->at(0).reason, HasSubstr("no value for {event}"));
}

TEST_P(OutboxTest, OpensOnlyWithTextsAndAddresses) {
  const Needs needs{*control_, *vault_, {}, *shaky_, clock_, random_};
  EXPECT_EQ(Outbox::open(needs, settings_, {{"unheard_of", {}}}).error().code, Code::Invalid);
  EXPECT_EQ(Outbox::open(needs, {{"", "nobody"}, "a.example", ""}, {}).error().code, Code::Invalid);
  EXPECT_EQ(Outbox::open(needs, {{"", "a@a.example"}, "not a domain", ""}, {}).error().code, Code::Invalid);
}

TEST(Layout, NoValueMakesAButtonOrMarkup) {
  const Values values{{"event", "[Klik](https://evil.example)\n\n[Klik](https://evil.example)<b>&\"'"},
                      {"when", "nu"},
                      {"link", "https://hartslag.example/?a=1&b=2"}};
  const auto out = lay_out(base::Language::Nl, "moved", values, "<script>", "Lichtbeeld").value();
  EXPECT_THAT(out.html, AllOf(Not(HasSubstr("href=\"https://evil")), Not(HasSubstr("<script>")),
                              Not(HasSubstr("<b>")), HasSubstr("&lt;script&gt;"),
                              HasSubstr("href=\"https://hartslag.example/?a=1&amp;b=2\"")));
}

TEST(Layout, AButtonLeadsToTheWeb) {
  for (const auto* link : {"javascript:alert(1)", "", "ftp://hartslag.example", "https://x.example/ y"}) {
    const Values values{{"event", "x"}, {"when", "nu"}, {"link", link}};
    EXPECT_EQ(lay_out(base::Language::Nl, "moved", values, "", "L").error().code, Code::Invalid) << link;
  }
}

TEST(Layout, GreetsSomebodyWithoutAName) {
  const Values values{{"event", "x"}, {"when", "nu"}, {"link", "https://hartslag.example"}};
  EXPECT_TRUE(lay_out(base::Language::Nl, "moved", values, "", "L")->text.starts_with("Dag\n\n"));
}

}  // namespace
}  // namespace outbox
