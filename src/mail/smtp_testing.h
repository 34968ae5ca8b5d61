// What the tests of the SMTP transport share.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "mail/message.h"
#include "mail/read.h"
#include "mail/smtp.h"

namespace mail::testing {

inline constexpr auto kFrom = "mail@lichtbeeld.example";
inline constexpr auto kTo = "ans@good.example";

inline sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// A listening socket on a free port.
inline std::pair<int, int> listen_somewhere() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  EXPECT_EQ(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(descriptor, 8), 0);
  socklen_t length = sizeof address;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length);
  return {descriptor, ntohs(address.sin_port)};
}

inline bool answers(int port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(port);
  const bool connected = ::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(descriptor);
  return connected;
}

/// Waits for the condition, 20 seconds at most.
template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    // tidy: allow sleep, because another process does not tell when it is ready.
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return false;
}

inline std::string mail_of(std::string_view subject, std::string text = "Dag\n") {
  static base::SeededRandom random{1};
  Message message;
  message.from = {"Lichtbeeld", kFrom};
  message.to = {"Ans", kTo};
  message.subject = subject;
  message.text = std::move(text);
  message.message_id = draw_message_id(random, "lichtbeeld.example");
  return render(message, base::instant_from_ms(1'796'000'000'000), random).value();
}

inline SmtpSettings settings(int port, Security security) {
  SmtpSettings out;
  out.host = "127.0.0.1";
  out.port = port;
  out.security = security;
  return out;
}

inline Delivery send(const SmtpSettings& to, std::string_view subject) {
  return open_smtp(to).value()->send(kFrom, kTo, mail_of(subject));
}

/// The mails in a folder, each a file.
inline std::vector<std::string> mails_in(const std::filesystem::path& folder) {
  std::vector<std::string> out;
  std::error_code none_yet;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none_yet)) {
    std::ifstream file{entry.path(), std::ios::binary};
    out.emplace_back(std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{});
  }
  return out;
}

/// The mail with this subject once it has arrived.
inline std::optional<std::string> arrival(const std::filesystem::path& folder, std::string_view subject) {
  std::optional<std::string> found;
  (void)eventually([&] {
    for (auto& text : mails_in(folder)) {
      const auto reading = read(text);
      if (reading && reading->message.subject == subject) found = std::move(text);
    }
    return found.has_value();
  });
  return found;
}

}  // namespace mail::testing
