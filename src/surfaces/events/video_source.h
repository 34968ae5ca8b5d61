// Video from elsewhere may deliver media and nothing else: no frame, no script, no cookie, no referrer.
// What can be told beforehand is told when the address is configured; the page's content security policy and
// a player that sends neither credentials nor referrer see to the rest.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace surfaces::events {

/// https (or http, where `local_only` allows a source on this machine), a host, no user or password, no
/// fragment, and a path that ends in .m3u8, .mp4 or .webm.
bool is_video_address(std::string_view address, bool local_only);

/// "https://video.example" of "https://video.example/a.m3u8": what the page's policy allows.
/// Requires: is_video_address.
std::string origin_of(std::string_view address);

/// "https://www.example.org", with a port if need be: no path, no slash at the end. `local_only`: http too.
bool is_origin(std::string_view text, bool local_only);

/// Playlists are played by hls.js, files by the browser itself. Requires: is_video_address.
bool is_playlist(std::string_view address);

enum class SourceProblem {
  None,
  NoAnswer,
  NotMedia,
  SetsCookie,
  PrivateNetwork,
  NotShared,  ///< pages of our origin may not use it
};

/// Asks the address for its first bytes, without cookies or referrer and following no redirect to elsewhere.
/// The player takes video in no other way than without credentials, so that no cookie goes to the source, and
/// then a browser wants the source's leave (Fetch standard, "CORS check"). So it is asked as our pages ask,
/// with `Origin: <page_origin>`, and has to answer with one Access-Control-Allow-Origin that admits it.
/// Blocks, 10 s at most. `local_only`: an address on this machine is fine; otherwise none in a private,
/// loopback or link-local network is asked (the name's addresses are checked as the connection is made).
SourceProblem examine_source(const std::string& address, const std::string& page_origin, bool local_only);

}  // namespace surfaces::events
