// Encryption and sign-in, against a mail server that speaks TLS (receiver.mjs).
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "mail/smtp.h"
#include "mail/smtp_testing.h"

namespace mail {
namespace {

using namespace testing;
using ::testing::HasSubstr;

class Receiver {
 public:
  Receiver() {
    std::string name = std::filesystem::temp_directory_path() / "receiver-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    const auto certificate =
        "cd " + folder_.string() +
        " && openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 2"
        " -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null";
    EXPECT_EQ(std::system(certificate.c_str()), 0);
    int input[2];
    int output[2];
    EXPECT_EQ(::pipe2(input, O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(output, O_CLOEXEC), 0);
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(input[0], 0);
      ::dup2(output[1], 1);
      ::execl(HARTSLAG_NODE, "node", HARTSLAG_RECEIVER, folder_.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(input[0]);
    ::close(output[1]);
    life_ = input[1];
    FILE* const said = ::fdopen(output[0], "r");
    EXPECT_EQ(std::fscanf(said, "%d %d %d", &ports_[0], &ports_[1], &ports_[2]), 3);
    std::fclose(said);
  }
  ~Receiver() {
    ::close(life_);
    ::waitpid(child_, nullptr, 0);
    std::filesystem::remove_all(folder_);
  }

  int tls_port() const { return ports_[0]; }      ///< STARTTLS offered
  int sign_in_port() const { return ports_[1]; }  ///< STARTTLS offered, a password required
  int wrapped_port() const { return ports_[2]; }  ///< TLS from the first byte
  std::string certificate() const { return folder_ / "certificate.pem"; }
  std::vector<std::string> mails() const { return mails_in(folder_ / "new"); }
  std::optional<std::string> arrival(std::string_view subject) const {
    return testing::arrival(folder_ / "new", subject);
  }

 private:
  std::filesystem::path folder_;
  std::array<int, 3> ports_{};
  pid_t child_ = 0;
  int life_ = -1;
};

class SmtpTls : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = std::make_unique<Receiver>(); }
  static void TearDownTestSuite() { server_.reset(); }
  static std::unique_ptr<Receiver> server_;
};
std::unique_ptr<Receiver> SmtpTls::server_;

TEST_F(SmtpTls, IsUsedWhereItIsOffered) {
  EXPECT_EQ(send(settings(server_->tls_port(), Security::Opportunistic), "als het kan").outcome,
            Outcome::Accepted);
  EXPECT_THAT(server_->arrival("als het kan").value(), HasSubstr("X-Secure: true"));
  EXPECT_EQ(send(settings(server_->tls_port(), Security::None), "in klare tekst").outcome, Outcome::Accepted);
  EXPECT_THAT(server_->arrival("in klare tekst").value(), HasSubstr("X-Secure: false"));
}

TEST_F(SmtpTls, IsRequiredWithACertificateThatIsTrusted) {
  const auto untrusted = send(settings(server_->tls_port(), Security::StartTls), "onbekend certificaat");
  EXPECT_EQ(untrusted.outcome, Outcome::Temporary);
  EXPECT_THAT(untrusted.reason, HasSubstr("certificate"));
  auto trusted = settings(server_->tls_port(), Security::StartTls);
  trusted.ca_file = server_->certificate();
  EXPECT_EQ(send(trusted, "met tls").outcome, Outcome::Accepted);
  EXPECT_THAT(server_->arrival("met tls").value(), HasSubstr("X-Secure: true"));
  for (const auto& text : server_->mails()) EXPECT_NE(read(text)->message.subject, "onbekend certificaat");
}

TEST_F(SmtpTls, TheCertificateIsForTheNameThatWasAsked) {
  auto other = settings(server_->tls_port(), Security::StartTls);
  other.ca_file = server_->certificate();
  other.host = "localhost.localdomain";
  EXPECT_EQ(send(other, "andere naam").outcome, Outcome::Temporary);
}

TEST_F(SmtpTls, FromTheFirstByte) {
  auto wrapped = settings(server_->wrapped_port(), Security::Tls);
  EXPECT_EQ(send(wrapped, "smtps onbekend").outcome, Outcome::Temporary);
  wrapped.ca_file = server_->certificate();
  EXPECT_EQ(send(wrapped, "smtps").outcome, Outcome::Accepted);
  EXPECT_THAT(server_->arrival("smtps").value(), HasSubstr("X-Secure: true"));
}

TEST_F(SmtpTls, SignsIn) {
  auto with_password = settings(server_->sign_in_port(), Security::StartTls);
  with_password.ca_file = server_->certificate();
  const auto nobody = send(with_password, "niemand");
  EXPECT_EQ(nobody.outcome, Outcome::Temporary) << nobody.code << nobody.reason;
  with_password.user = "ans";
  with_password.password = "verkeerd";
  const auto wrong = send(with_password, "verkeerd");
  EXPECT_EQ(wrong.outcome, Outcome::Temporary) << wrong.code << wrong.reason;
  EXPECT_EQ(wrong.reason, "the server answered 535");
  with_password.password = "gehe:m/1";
  EXPECT_EQ(send(with_password, "aangemeld").outcome, Outcome::Accepted);
  EXPECT_TRUE(server_->arrival("aangemeld"));
  for (const auto& text : server_->mails()) {
    EXPECT_NE(read(text)->message.subject, "niemand");
    EXPECT_NE(read(text)->message.subject, "verkeerd");
  }
}

TEST_F(SmtpTls, APasswordThatWasReplacedCountsAtOnce) {
  auto server = settings(server_->sign_in_port(), Security::StartTls);
  server.ca_file = server_->certificate();
  server.user = "ans";
  base::Result<std::string> password = base::fail(base::Code::NotFound, "there is none yet");
  const auto transport = open_smtp(server, [&] { return password; }).value();
  const auto none = transport->send(kFrom, kTo, mail_of("zonder"));
  EXPECT_EQ(none.outcome, Outcome::Temporary);
  EXPECT_EQ(none.code, 0);
  EXPECT_EQ(none.reason, "there is none yet");
  password = "gehe:m/1";
  EXPECT_EQ(transport->send(kFrom, kTo, mail_of("met")).outcome, Outcome::Accepted);
  password = "verkeerd";
  EXPECT_EQ(transport->send(kFrom, kTo, mail_of("vervangen")).code, 535)
      << "not over the connection that is kept";
}

TEST_F(SmtpTls, SigningInSendsNothing) {
  auto server = settings(server_->sign_in_port(), Security::StartTls);
  server.ca_file = server_->certificate();
  server.user = "ans";
  server.password = "verkeerd";
  EXPECT_EQ(sign_in(server).error().code, base::Code::Denied);
  server.password = "gehe:m/1";
  const auto before = server_->mails().size();
  const auto in = sign_in(server);
  EXPECT_TRUE(in) << in.error().message;
  EXPECT_EQ(server_->mails().size(), before);
  const auto [descriptor, port] = listen_somewhere();
  ::close(descriptor);
  auto away = settings(port, Security::None);
  away.user = "ans";
  EXPECT_EQ(sign_in(away).error().code, base::Code::Unavailable);
}

}  // namespace
}  // namespace mail
