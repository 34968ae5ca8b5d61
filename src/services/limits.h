// Limits of services, by name.
#pragma once

#include <chrono>
#include <cstddef>

namespace services {

inline constexpr std::size_t kServicesMax = 50;
inline constexpr std::size_t kTasksMax = 20;
/// Of a service or a task.
inline constexpr std::size_t kNameMin = 3;
inline constexpr std::size_t kNameMax = 40;
/// Of a path, a query, a user or the name of a header or a field.
inline constexpr std::size_t kPathMax = 1000;
inline constexpr std::size_t kWordMax = 100;
/// What staff send along, and what comes back; more is refused.
inline constexpr std::size_t kBodyMax = 64 * 1024;
inline constexpr std::size_t kAnswerMax = 1024 * 1024;
/// A service that is slower is answered for with 503.
inline constexpr std::chrono::seconds kAnswerWithin{20};
/// Acts that are shown with a service.
inline constexpr int kHistoryShown = 50;
/// Acts that are looked at for it.
inline constexpr int kHistoryRead = 1000;

}  // namespace services
