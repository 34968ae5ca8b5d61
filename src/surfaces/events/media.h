// The video files of this installation: uploads, their packing to HLS by ffmpeg, live folders, captions.
//
//   <blobs>/events/<number>/upload            the file as it was sent, removed once it is packed
//   <blobs>/events/<number>/packed/…          index.m3u8, init.mp4, 00000.m4s …
//   <blobs>/events/<number>/live/…            what an encoder writes: index.m3u8 and its segments
//   <blobs>/events/<number>/captions.vtt
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/names.h"
#include "base/result.h"
#include "http/response.h"
#include "surfaces/events/store.h"

namespace surfaces::events {

/// Any thread.
class Media {
 public:
  Media(Store& store, base::Files& files, base::Path blobs)
      : store_(store), files_(files), blobs_(std::move(blobs)) {}

  base::Path folder(base::PropertyNumber property) const;
  base::Path upload_path(base::PropertyNumber property) const { return folder(property) / "upload"; }
  base::Path captions_path(base::PropertyNumber property) const { return folder(property) / "captions.vtt"; }
  /// Where an encoder puts index.m3u8; made when it is asked for.
  base::Result<base::Path> live_folder(base::PropertyNumber property);

  /// Packs one upload that waits, if any. Blocks until it is packed; progress goes into the store.
  base::Result<void> pack_next();
  /// The program stops: an ffmpeg that runs is ended, and packs again after the next start.
  void stop() { stopping_ = true; }
  /// After a start: what was being received is gone, what was being packed waits again.
  base::Result<void> resume();

  /// A playlist, segment or caption file. `path` is "packed/…", "live/…" or "captions.vtt"; nothing else is
  /// ever opened. Errors: NotFound.
  base::Result<http::Response> serve(base::PropertyNumber property, std::string_view path);

 private:
  base::Result<void> pack(base::PropertyNumber property);

  Store& store_;
  base::Files& files_;
  base::Path blobs_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace surfaces::events
