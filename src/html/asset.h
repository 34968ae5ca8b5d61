// The files that browsers fetch: scripts, styles, fonts, embedded in the binary as tools/embed_assets.mjs
// found them in the output of web/build.mjs.
#pragma once

#include <span>
#include <string_view>

namespace html {

struct Asset {
  /// Its address without the leading slash: "assets/watch-3f2a.js", "beacon.js".
  std::string_view path;
  std::string_view content_type;
  /// Strong validator of the bytes, quoted as HTTP wants it.
  std::string_view etag;
  /// Its name has a hash of its content, so that it never changes.
  bool immutable;
  std::string_view identity;
  /// Empty where it gains nothing, as with fonts.
  std::string_view brotli;
  std::string_view gzip;
};

/// All of them, sorted by path.
std::span<const Asset> assets();

/// nullptr if there is none.
const Asset* find_asset(std::string_view path);

}  // namespace html
