// The bounds of updates. Each has a test at it and one past it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace surfaces::updates {

/// For so long a subscription waits for the press of a button that confirms it.
inline constexpr std::chrono::hours kConfirmWithin{48};

/// Subscriptions that one client may ask for within rights::kOpenWindow, and those that name one mail
/// address: whoever types a stranger's address sends them few mails.
inline constexpr int kAskedPerClient = 20;
inline constexpr int kAskedPerAddress = 3;

/// Mails that were written and not sent yet.
inline constexpr std::int64_t kDraftsMax = 100;
/// Mails that the page of staff lists: the latest.
inline constexpr std::int64_t kIssuesListed = 200;

/// How often mails are put into the queue, and how often what is over is looked for.
inline constexpr std::chrono::milliseconds kQueueRound = std::chrono::seconds{1};
inline constexpr std::chrono::milliseconds kTidyRound = std::chrono::seconds{2};

}  // namespace surfaces::updates
