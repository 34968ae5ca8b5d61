// The bounds of requests. Each has a test at it and one past it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rights {

// ---- what somebody may send ---------------------------------------------------------------------------

inline constexpr std::size_t kNameBytesMax = 200;
inline constexpr std::size_t kMessageBytesMax = 8 * 1024;
/// A decision's reasons, a reason to extend.
inline constexpr std::size_t kReasonsBytesMax = 8 * 1024;
/// A proof of identity.
inline constexpr std::uint64_t kProofBytesMax = 8 * 1024 * 1024;
/// A mail that opens a request, attachments included.
inline constexpr std::uint64_t kMailBytesMax = 20 * 1024 * 1024;
/// Mails taken out of the spool in one round.
inline constexpr std::size_t kMailsPerRound = 50;

/// Requests that one client may open on the page within kOpenWindow, and requests that name one mail
/// address: whoever types a stranger's address sends them few mails.
inline constexpr int kOpenedPerClient = 20;
inline constexpr int kOpenedPerAddress = 6;
/// Reports that one client may make on the page within kOpenWindow: each starts clocks and wakes an officer.
inline constexpr int kReportsPerClient = 10;
inline constexpr std::chrono::milliseconds kOpenWindow = std::chrono::hours{1};

// ---- codes --------------------------------------------------------------------------------------------

/// 8 digits are 26 bits: ASVS 5.0 §6.6.3 wants 20 with few tries.
inline constexpr int kCodeDigits = 8;
inline constexpr std::chrono::milliseconds kCodeLife = std::chrono::minutes{10};
inline constexpr int kCodeTries = 5;
/// Codes mailed for one request within kCodeWindow.
inline constexpr int kCodesPerWindow = 6;
inline constexpr std::chrono::milliseconds kCodeWindow = std::chrono::hours{1};

// ---- clocks -------------------------------------------------------------------------------------------

/// An answer can be fetched for this long after the decision; then it is destroyed.
inline constexpr std::chrono::milliseconds kAnswerKept = std::chrono::days{30};
/// A file handed over to another organisation can be fetched for this long.
inline constexpr std::chrono::milliseconds kHandOverKept = std::chrono::days{14};
/// Reminders go out when this share of the time has passed, and this long before the end.
inline constexpr int kFirstReminderPercent = 50;
inline constexpr int kSecondReminderPercent = 75;
inline constexpr std::chrono::milliseconds kLastReminder = std::chrono::days{1};
/// How often clocks are looked at, and the spool.
inline constexpr std::chrono::milliseconds kRound = std::chrono::seconds{20};
inline constexpr std::chrono::milliseconds kSpoolRound = std::chrono::seconds{1};

// ---- incidents ----------------------------------------------------------------------------------------

/// A text of an incident's account or letters.
inline constexpr std::size_t kAccountTextBytesMax = 16 * 1024;
/// Properties, data, acts or clients that an incident names.
inline constexpr std::size_t kReachMax = 500;
/// Acts of the journal that are shown beside an incident: the latest.
inline constexpr std::size_t kActsListed = 300;
/// Texts of a closed incident are kept for this long where the policy says nothing of what people write.
inline constexpr std::chrono::milliseconds kTextsKept = std::chrono::days{30};
/// People that one answer names.
inline constexpr std::size_t kAffectedListed = 1'000;

/// Requests in one answer of the desk's list.
inline constexpr int kListMax = 1'000;

/// People whose data one order may demand.
inline constexpr std::size_t kOrderAddressesMax = 1000;

}  // namespace rights
