// Limits of the events surface, by name.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace surfaces::events {

/// Characters of UTF-8, in bytes.
inline constexpr std::size_t kTitleLengthMax = 200;
inline constexpr std::size_t kDescriptionLengthMax = 5000;
inline constexpr std::size_t kAddressLengthMax = 2000;
inline constexpr std::size_t kMomentLabelLengthMax = 100;
inline constexpr std::size_t kMomentsMax = 200;
inline constexpr std::size_t kDomainsMax = 50;

/// For so long a page that was opened once is given video.
inline constexpr std::chrono::hours kPassLife{24};

/// For so long a minor's registration waits for a parent or guardian.
inline constexpr std::chrono::days kGuardianAnswers{7};

/// Why an accreditation was decided so, and why somebody does not agree; in bytes.
inline constexpr std::size_t kReasonBytesMax = 4000;

inline constexpr std::int64_t kCapacityMax = 1'000'000;
inline constexpr std::chrono::hours kLiveDurationMax{24 * 7};
inline constexpr std::chrono::hours kOnDemandDurationMax{24 * 366};
/// An event that runs on ends by itself after this.
inline constexpr std::chrono::hours kRunsOnMax{24};

inline constexpr std::int64_t kUploadBytesMax = 20'000'000'000;
inline constexpr std::size_t kCaptionBytesMax = 2'000'000;
/// One packing job at a time: ffmpeg takes what it gets.
inline constexpr int kPackingJobsMax = 1;

/// Beats of the last seconds may come a little later than the event's end.
inline constexpr std::chrono::minutes kSealAfter{6};
/// For so long this process itself must have known the event to be over before it is sealed for good.
inline constexpr std::chrono::minutes kSealWatched{2};
/// What the wall clock gains or loses between two looks without having been set.
inline constexpr std::chrono::seconds kSealClockStep{10};

/// Letters to viewers: to one within kLetterDay, of one event within it, and how many people more than which
/// want a second factor shown. Those that the page of staff lists.
inline constexpr std::chrono::hours kLetterDay{24};
inline constexpr std::int64_t kLettersPerViewerDay = 3;
inline constexpr std::int64_t kLettersPerEventDay = 20;
inline constexpr std::int64_t kLetterFreshAbove = 10;
inline constexpr std::int64_t kLettersListed = 100;
/// Past what texts in four languages and the handles of fifty thousand chosen viewers take.
inline constexpr std::uint64_t kLetterBodyMax = 2 * 1024 * 1024;
/// How often letters are put into the queue.
inline constexpr std::chrono::milliseconds kLetterRound{1000};

/// How often a live page is told what changed, and how long at most it hears nothing.
inline constexpr std::chrono::milliseconds kLiveTick{500};
inline constexpr std::chrono::milliseconds kLiveSilenceMax{5000};

}  // namespace surfaces::events
