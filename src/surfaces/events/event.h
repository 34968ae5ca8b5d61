// An online event, live or on demand: what the organiser decides about it, and in which state it is now.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/names.h"
#include "base/time.h"

namespace surfaces::events {

enum class Kind { Live, OnDemand };
std::string_view to_text(Kind kind);  ///< "live", "on-demand"

/// Draft is seen by the organiser alone. The others follow the clock once registration was opened.
enum class State { Draft, Open, Live, Ended };
std::string_view to_text(State state);  ///< "draft", …

/// What opens the broadcast: the form alone, the personal link that is mailed alone, or either. By the form,
/// the mail still has a link to the person's own page, and that opens nothing else.
enum class OpensBy { Form, Link, Both };
std::string_view to_text(OpensBy opens_by);

enum class VideoKind {
  None,
  Address,  ///< a playlist or file elsewhere, media only
  Upload,   ///< a file of the organiser, packed to HLS here
  Folder,   ///< a live HLS folder that an encoder writes
};
std::string_view to_text(VideoKind kind);  ///< "none", "address", "upload", "live"

std::optional<Kind> parse_kind(std::string_view text);
std::optional<OpensBy> parse_opens_by(std::string_view text);
std::optional<VideoKind> parse_video_kind(std::string_view text);

/// A moment of the programme, marked on the curve.
struct Moment {
  base::Instant at;
  std::string label;
  bool operator==(const Moment&) const = default;
};

struct Video {
  VideoKind kind = VideoKind::None;
  std::string address;  ///< for Address; else empty
  bool captions = false;
  bool operator==(const Video&) const = default;
};

struct Event {
  base::PropertyNumber property;
  std::string slug;
  std::string title;
  std::string description;
  Kind kind = Kind::Live;
  bool opened = false;  ///< registration was opened; there is no way back
  base::Instant starts;
  base::Instant ends;    ///< planned
  bool runs_on = false;  ///< goes on after its planned end until it is closed, a day at most
  std::optional<base::Instant> closed;
  std::string time_zone;  ///< IANA name; all times are shown in it
  base::Language language = base::Language::Nl;
  std::vector<std::string> fields;    ///< of the policy, in the order asked
  std::vector<std::string> required;  ///< those among them that must be filled in
  OpensBy opens_by = OpensBy::Link;
  bool measured = true;
  std::optional<std::int64_t> capacity;
  Video video;
  std::vector<Moment> moments;
  /// Origins of pages elsewhere that may use the heartbeat script for this event.
  std::vector<std::string> domains;
  base::Instant created;
  /// Whose event it is, as the register of properties says.
  base::OrganisationNumber organisation = base::kHouse;

  bool operator==(const Event&) const = default;
};

/// When it really ends: at its planned end, or at its close if that is later, at most 24 h later. For an
/// event that runs on and is not closed yet that is the latest possible moment.
base::Instant end_of(const Event& event);

State state_at(const Event& event, base::Instant now);

/// True from the planned start on: from then on the start stays, and the end is not for one person alone to
/// move where the policy says so.
bool has_begun(const Event& event, base::Instant now);

}  // namespace surfaces::events
