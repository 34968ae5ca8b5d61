// Sends to a real OpenSMTPD, which the test starts on a loopback port of its own, and to a peer that says
// whatever the test makes it say, for the ways in which a conversation can break.
#include "mail/smtp.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>
#include <tuple>

#include "mail/smtp_testing.h"

namespace mail {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

/// OpenSMTPD in a mount namespace of its own, since its spool and socket have fixed places. It ends when its
/// standard input does, so it never outlives the test.
class Smtpd {
 public:
  Smtpd() {
    std::string name = std::filesystem::temp_directory_path() / "smtpd-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    ::chmod(folder_.c_str(), 0711);
    std::filesystem::create_directory(folder_ / "mails");
    // A free port; it is let go a moment before the server takes it.
    int held = -1;
    std::tie(held, port_) = listen_somewhere();
    ::close(held);
    write_configuration();
    start();
  }
  ~Smtpd() {
    stop();
    std::filesystem::remove_all(folder_);
  }

  void start() {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const auto script = folder_ / "start.sh";
    child_ = ::fork();
    ASSERT_GE(child_, 0);
    if (child_ == 0) {
      ::dup2(ends[0], 0);
      if (::geteuid() == 0) ::execlp("unshare", "unshare", "-m", "sh", script.c_str(), nullptr);
      ::execlp("sudo", "sudo", "-n", "unshare", "-m", "sh", script.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[0]);
    life_ = ends[1];
    ASSERT_TRUE(eventually([&] { return answers(port_); })) << std::ifstream{folder_ / "log"}.rdbuf();
  }
  void stop() {
    if (child_ <= 0) return;
    ::close(life_);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }

  int port() const { return port_; }
  std::vector<std::string> mails() const { return mails_in(folder_ / "mails" / "new"); }
  std::optional<std::string> arrival(std::string_view subject) const {
    return testing::arrival(folder_ / "mails" / "new", subject);
  }

 private:
  void write_configuration() {
    const auto& in = folder_.string();
    // Mail is delivered to the files of whoever runs the test; OpenSMTPD does not deliver to root.
    const std::string owner = ::geteuid() == 0 ? "nobody" : ::getpwuid(::geteuid())->pw_name;
    std::ofstream{folder_ / "conf"} << "table people { \"@good.example\" = " << owner << " }\n"
                                    << "listen on 127.0.0.1 port " << port_ << "\n"
                                    << "action \"in\" maildir \"" << in << "/mails\" virtual <people>\n"
                                    << "match from any for domain \"good.example\" action \"in\"\n"
                                    << "match from any for domain \"refused.example\" reject\n";
    std::ofstream{folder_ / "start.sh"} << "exec 3<&0 >" << in << "/log 2>&1 </dev/null\n"
                                        << "set -e\ncd " << in << "\numask 077\n"
                                        << "chown root conf\nchmod 600 conf\n"
                                        << "chown -R " << owner << " mails\n"
                                        << "mount -t tmpfs tmpfs /run\nmount -t tmpfs tmpfs /var/spool\n"
                                        << "/usr/sbin/smtpd -d -f conf &\n"
                                        << "cat <&3 >/dev/null\nkill $!\nwait\n";
  }

  std::filesystem::path folder_;
  int port_ = 0;
  pid_t child_ = 0;
  int life_ = -1;
};

class SmtpServer : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = std::make_unique<Smtpd>(); }
  static void TearDownTestSuite() { server_.reset(); }
  static std::unique_ptr<Smtpd> server_;
};
std::unique_ptr<Smtpd> SmtpServer::server_;

TEST_F(SmtpServer, TakesAMailAsItWasWritten) {
  auto smtp = open_smtp(settings(server_->port(), Security::None)).value();
  const std::string text = ".\n..\n.x\nFrom me\nCaf\u00e9 =3D\n" + std::string(2000, 'x') + "\n\n";
  const auto sent = mail_of("op de letter", text);
  const auto delivery = smtp->send(kFrom, kTo, sent);
  EXPECT_EQ(delivery.outcome, Outcome::Accepted) << delivery.reason;
  EXPECT_EQ(delivery.code, 250);
  const auto got = server_->arrival("op de letter");
  ASSERT_TRUE(got);
  EXPECT_EQ(read(*got)->message.text, text);
  EXPECT_EQ(read(*got)->message.message_id, read(sent)->message.message_id);
  EXPECT_THAT(*got, HasSubstr("from lichtbeeld.example (localhost"));
}

TEST_F(SmtpServer, SendsManyOverOneConnection) {
  auto smtp = open_smtp(settings(server_->port(), Security::None)).value();
  const auto before = server_->mails().size();
  for (int i = 0; i < 20; ++i) ASSERT_EQ(smtp->send(kFrom, kTo, mail_of("velen")).outcome, Outcome::Accepted);
  EXPECT_EQ(smtp->send(kFrom, kTo, mail_of("groot", std::string(900'000, 'x'))).outcome, Outcome::Accepted);
  EXPECT_TRUE(eventually([&] { return server_->mails().size() == before + 21; }));
}

TEST_F(SmtpServer, ARequiredEncryptionThatIsNotOfferedIsNoReasonToDoWithout) {
  EXPECT_EQ(send(settings(server_->port(), Security::Opportunistic), "zonder").outcome, Outcome::Accepted);
  EXPECT_TRUE(server_->arrival("zonder"));
  EXPECT_EQ(send(settings(server_->port(), Security::StartTls), "niet zonder").outcome, Outcome::Temporary);
  EXPECT_EQ(send(settings(server_->port(), Security::Tls), "niet zonder").outcome, Outcome::Temporary);
  for (const auto& text : server_->mails()) EXPECT_NE(read(text)->message.subject, "niet zonder");
}

TEST_F(SmtpServer, ARefusedAddressIsFinalAndNotRepeatedInTheReason) {
  auto smtp = open_smtp(settings(server_->port(), Security::None)).value();
  const auto refused = smtp->send(kFrom, "ans@refused.example", mail_of("geweigerd"));
  EXPECT_EQ(refused.outcome, Outcome::Permanent);
  EXPECT_EQ(refused.code, 550);
  EXPECT_EQ(refused.reason, "the server answered 550");
  // The connection is still of use.
  EXPECT_EQ(smtp->send(kFrom, kTo, mail_of("na weigering")).outcome, Outcome::Accepted);
}

TEST_F(SmtpServer, ARestartIsNotNoticed) {
  auto smtp = open_smtp(settings(server_->port(), Security::None)).value();
  EXPECT_EQ(smtp->send(kFrom, kTo, mail_of("voor")).outcome, Outcome::Accepted);
  EXPECT_TRUE(server_->arrival("voor"));
  server_->stop();
  EXPECT_EQ(smtp->send(kFrom, kTo, mail_of("weg")).outcome, Outcome::Temporary);
  server_->start();
  EXPECT_EQ(smtp->send(kFrom, kTo, mail_of("na")).outcome, Outcome::Accepted);
}

/// Takes one connection and says `replies` in turn, each followed by waiting for what the client says to it:
/// a line, or after 354 a whole mail. An empty reply ends the connection, "…" says nothing and waits.
class Peer {
 public:
  explicit Peer(std::vector<std::string> replies) : replies_(std::move(replies)) {
    std::tie(listening_, port_) = listen_somewhere();
    thread_ = std::thread{[this] { serve(); }};
  }
  ~Peer() {
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
  }
  int port() const { return port_; }

 private:
  void serve() {
    const int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    std::string received;
    for (const auto& reply : replies_) {
      if (reply.empty()) break;
      const auto text = reply + "\r\n";
      if (reply != "…") (void)::send(client, text.data(), text.size(), MSG_NOSIGNAL);
      if (!wait_for(client, received, reply.starts_with("354") ? "\r\n.\r\n" : "\r\n")) break;
    }
    ::close(client);
  }
  bool wait_for(int client, std::string& received, std::string_view end) {
    char buffer[4096];
    while (!received.contains(end)) {
      const auto got = ::recv(client, buffer, sizeof buffer, 0);
      if (got <= 0) return false;
      received.append(buffer, static_cast<std::size_t>(got));
    }
    received.erase(0, received.find(end) + end.size());
    return true;
  }

  std::vector<std::string> replies_;
  int listening_ = -1;
  int port_ = 0;
  std::thread thread_;
};

Delivery send_to_peer(const std::vector<std::string>& replies) {
  Peer peer{replies};
  auto to_peer = settings(peer.port(), Security::None);
  to_peer.timeout = 2s;
  return send(to_peer, "x");
}

TEST(SmtpOutcome, FollowsTheReply) {
  const std::vector<std::string> until_data{"220 hier", "250 dag", "250 ja", "250 ja", "354 kom maar"};
  const auto with = [&](std::string_view last) {
    auto replies = until_data;
    replies.emplace_back(last);
    return send_to_peer(replies);
  };
  EXPECT_EQ(with("250 2.0.0 bewaard").outcome, Outcome::Accepted);
  EXPECT_EQ(with("250-2.0.0 in\r\n250 2.0.0 twee regels").outcome, Outcome::Accepted);
  const auto full = with("452 4.3.1 vol voor ans@good.example");
  EXPECT_EQ(full.outcome, Outcome::Temporary);
  EXPECT_EQ(full.code, 452);
  EXPECT_EQ(full.reason, "the server answered 452 4.3.1");
  const auto refused = with("554 5.7.1 liever niet");
  EXPECT_EQ(refused.outcome, Outcome::Permanent);
  EXPECT_EQ(refused.reason, "the server answered 554 5.7.1");
}

TEST(SmtpOutcome, RefusalsBeforeTheMail) {
  EXPECT_EQ(send_to_peer({"554 niet nu"}).outcome, Outcome::Temporary);
  EXPECT_EQ(send_to_peer({"421 druk"}).outcome, Outcome::Temporary);
  EXPECT_EQ(send_to_peer({"220 hier", "250 dag", "530 eerst aanmelden"}).outcome, Outcome::Temporary);
  EXPECT_EQ(send_to_peer({"220 hier", "250 dag", "451 later"}).outcome, Outcome::Temporary);
  EXPECT_EQ(send_to_peer({"220 hier", "250 dag", "250 ja", "450 later"}).outcome, Outcome::Temporary);
  EXPECT_EQ(send_to_peer({"220 hier", "250 dag", "553 die niet"}).outcome, Outcome::Permanent);
  EXPECT_EQ(send_to_peer({"220 hier", "250 dag", "250 ja", "550 wie"}).outcome, Outcome::Permanent);
  EXPECT_EQ(send_to_peer({"220 hier", "250 dag", "250 ja", "250 ja", "554 nee"}).outcome, Outcome::Permanent);
}

TEST(SmtpOutcome, TellsALossBeforeFromALossAfter) {
  EXPECT_EQ(send_to_peer({""}).outcome, Outcome::Temporary);
  EXPECT_EQ(send_to_peer({"220 hier", ""}).outcome, Outcome::Temporary);
  EXPECT_EQ(send_to_peer({"220 hier", "250 dag", "250 ja", ""}).outcome, Outcome::Temporary);
  EXPECT_EQ(send_to_peer({"220 hier", "250 dag", "250 ja", "250 ja", ""}).outcome, Outcome::Temporary);
  EXPECT_EQ(send_to_peer({"220 hier", "250 dag", "250 ja", "250 ja", "354 kom", ""}).outcome,
            Outcome::Unknown);
}

TEST(SmtpOutcome, SilenceEnds) {
  EXPECT_EQ(send_to_peer({"…"}).outcome, Outcome::Temporary);
  EXPECT_EQ(send_to_peer({"220 hier", "250 dag", "…"}).outcome, Outcome::Temporary);
  EXPECT_EQ(send_to_peer({"220 hier", "250 dag", "250 ja", "250 ja", "354 kom", "…"}).outcome,
            Outcome::Unknown);
}

TEST(SmtpOutcome, NobodyThere) {
  const auto [descriptor, port] = listen_somewhere();
  ::close(descriptor);
  EXPECT_EQ(send(settings(port, Security::None), "x").outcome, Outcome::Temporary);
}

TEST(SmtpSettings, AreReadFromAnAddress) {
  const auto full = parse_smtp("smtp://a%40b%2Fc@mail.example:2525").value();
  EXPECT_EQ(full.host, "mail.example");
  EXPECT_EQ(full.port, 2525);
  EXPECT_EQ(full.security, Security::StartTls);
  EXPECT_EQ(full.user, "a@b/c");
  EXPECT_EQ(full.password, "");
  const auto told = parse_smtp("smtp://ans:geheim@mail.example");
  ASSERT_FALSE(told);
  EXPECT_THAT(told.error().message, ::testing::HasSubstr("hartslag credentials set mail"));
  EXPECT_THAT(told.error().message, ::testing::Not(::testing::HasSubstr("geheim")));
  EXPECT_FALSE(parse_smtp("smtp://ans:@mail.example")) << "an empty one too";
  EXPECT_EQ(parse_smtp("smtp://mail.example")->port, 587);
  EXPECT_EQ(parse_smtp("smtps://mail.example/")->security, Security::Tls);
  EXPECT_EQ(parse_smtp("smtps://mail.example")->port, 465);
  EXPECT_EQ(parse_smtp("smtp+opportunistic://mail.example")->security, Security::Opportunistic);
  EXPECT_EQ(parse_smtp("smtp+plain://127.0.0.1")->security, Security::None);
  EXPECT_EQ(parse_smtp("smtp+plain://[::1]:25")->host, "[::1]");
  for (const auto* bad : {"", "mail.example", "http://mail.example", "smtp://", "smtp://mail.example:0",
                          "smtp://mail.example:65536", "smtp://mail.example/x", "smtp://mail.example?x=1"})
    EXPECT_EQ(parse_smtp(bad).error().code, base::Code::Invalid) << bad;
}

TEST(SmtpSettings, ThatWouldShowSomethingAreRefused) {
  EXPECT_TRUE(open_smtp(parse_smtp("smtp+plain://localhost").value()));
  EXPECT_FALSE(open_smtp(parse_smtp("smtp+plain://mail.example").value()));
  EXPECT_FALSE(open_smtp(parse_smtp("smtp+plain://127.0.0.1.mail.example").value()));
  EXPECT_FALSE(open_smtp(parse_smtp("smtp+opportunistic://ans@mail.example").value()));
  EXPECT_TRUE(open_smtp(parse_smtp("smtp+opportunistic://mail.example").value()));
  EXPECT_TRUE(open_smtp(parse_smtp("smtps://ans@mail.example").value()));
}

}  // namespace
}  // namespace mail
