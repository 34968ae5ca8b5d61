#include "surfaces/events/media.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <filesystem>

#include "base/log.h"
#include "base/program.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Path;
using base::Result;

struct MediaType {
  std::string_view ending;
  std::string_view type;
  std::string_view cache;
};
// A playlist of a running stream changes; a segment never does, but its address dies with its pass.
constexpr std::array kTypes{MediaType{".m3u8", "application/vnd.apple.mpegurl", "no-store"},
                            MediaType{".m4s", "video/iso.segment", "private, max-age=3600"},
                            MediaType{".mp4", "video/mp4", "private, max-age=3600"},
                            MediaType{".ts", "video/mp2t", "private, max-age=3600"},
                            MediaType{".vtt", "text/vtt; charset=utf-8", "no-store"}};

/// Letters, digits, `-`, `_` and single dots: no way out of the folder.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.find("..") == std::string_view::npos &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                  c == '_' || c == '.';
         });
}

struct Probe {
  double duration_s = 0;
  bool has_video = false;
  bool is_h264 = false;
  bool audio_is_aac_or_none = true;
};

Result<Probe> probe_file(const Path& file, const std::atomic<bool>& stopping) {
  Probe probe;
  std::string type;
  const auto read = [&](std::string_view line) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return;
    const auto name = line.substr(0, equals);
    const auto value = line.substr(equals + 1);
    // ffprobe prints a stream's codec_name before its codec_type.
    if (name == "codec_name") type = value;
    if (name == "codec_type" && value == "video" && type != "mjpeg" && type != "png") {
      probe.has_video = true;
      probe.is_h264 = type == "h264";
    }
    if (name == "codec_type" && value == "audio") probe.audio_is_aac_or_none = type == "aac";
    if (name == "duration") std::from_chars(value.data(), value.data() + value.size(), probe.duration_s);
  };
  ASSIGN_OR_RETURN(
      const auto status,
      base::run_program({.arguments = {"ffprobe", "-v", "error", "-protocol_whitelist", "file",
                                       "-show_entries", "stream=codec_name,codec_type:format=duration", "-of",
                                       "default=nw=1", file.string()},
                         .stopping = &stopping,
                         .line_read = read}));
  if (status != 0) probe.has_video = false;
  return probe;
}

std::vector<std::string> packing_command(const Path& file, const Path& out, const Probe& probe) {
  std::vector<std::string> command{"nice",
                                   "-n",
                                   "10",
                                   "ffmpeg",
                                   "-nostdin",
                                   "-v",
                                   "error",
                                   "-protocol_whitelist",
                                   "file",
                                   "-y",
                                   "-i",
                                   file.string(),
                                   "-map",
                                   "0:v:0",
                                   "-map",
                                   "0:a:0?",
                                   "-sn",
                                   "-dn",
                                   "-map_metadata",
                                   "-1"};
  const auto add = [&command](std::initializer_list<std::string> more) {
    command.insert(command.end(), more);
  };
  // What a browser plays already is only cut into segments.
  if (probe.is_h264) {
    add({"-c:v", "copy"});
  } else {
    add({"-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", "-force_key_frames",
         "expr:gte(t,n_forced*4)"});
  }
  if (probe.is_h264 && probe.audio_is_aac_or_none) {
    add({"-c:a", "copy"});
  } else {
    add({"-c:a", "aac", "-b:a", "128k", "-ac", "2"});
  }
  add({"-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4",
       "-hls_fmp4_init_filename", "init.mp4", "-hls_segment_filename", (out / "%05d.m4s").string(),
       "-progress", "pipe:1", (out / "index.m3u8").string()});
  return command;
}

}  // namespace

Path Media::folder(base::PropertyNumber property) const {
  return blobs_ / "events" / fmt::to_string(property.value);
}

Result<Path> Media::live_folder(base::PropertyNumber property) {
  auto path = folder(property) / "live";
  RETURN_IF_ERROR(files_.make_directories(path));
  return path;
}

Result<void> Media::resume() {
  ASSIGN_OR_RETURN(const auto interrupted, store_.unfinished_packings());
  for (const auto property : interrupted) {
    ASSIGN_OR_RETURN(const auto packing, store_.packing(property));
    if (packing.state == PackingState::Receiving) {
      RETURN_IF_ERROR(store_.set_packing(property, {PackingState::Failed, 0, "interrupted"}));
    }
  }
  return {};
}

Result<void> Media::pack_next() {
  ASSIGN_OR_RETURN(const auto waiting, store_.unfinished_packings());
  for (const auto property : waiting) {
    ASSIGN_OR_RETURN(const auto packing, store_.packing(property));
    if (packing.state == PackingState::Packing) return pack(property);
  }
  return {};
}

Result<void> Media::pack(base::PropertyNumber property) {
  const auto source = upload_path(property);
  const auto fail_with = [&](std::string reason) {
    return store_.set_packing(property, {PackingState::Failed, 0, std::move(reason)});
  };
  ASSIGN_OR_RETURN(const auto probe, probe_file(source, stopping_));
  if (!probe.has_video) return fail_with("not_video");

  const auto unfinished = folder(property) / "packing";
  const auto packed = folder(property) / "packed";
  std::error_code ignored;
  std::filesystem::remove_all(unfinished, ignored);
  RETURN_IF_ERROR(files_.make_directories(unfinished));
  double shown = 0;
  const auto progress = [&](std::string_view line) {
    constexpr std::string_view kTime = "out_time_us=";
    if (!line.starts_with(kTime) || probe.duration_s <= 0) return;
    std::int64_t done_us = 0;
    std::from_chars(line.data() + kTime.size(), line.data() + line.size(), done_us);
    const double done = std::clamp(static_cast<double>(done_us) / 1e6 / probe.duration_s, 0.0, 1.0);
    if (done < shown + 0.01) return;
    shown = done;
    // A progress that cannot be written is no reason to stop packing.
    const auto written = store_.set_packing(property, {PackingState::Packing, done, ""});
    if (!written) base::log(base::Level::Warning, "events.packing_progress", {{"error", written.error()}});
  };
  ASSIGN_OR_RETURN(const auto status,
                   base::run_program({.arguments = packing_command(source, unfinished, probe),
                                      .stopping = &stopping_,
                                      .line_read = progress}));
  if (stopping_) return {};
  if (status != 0) return fail_with("packing");
  std::filesystem::remove_all(packed, ignored);
  RETURN_IF_ERROR(files_.rename(unfinished, packed));
  RETURN_IF_ERROR(files_.sync_directory(folder(property)));
  RETURN_IF_ERROR(files_.remove(source));
  return store_.set_packing(property, {PackingState::Ready, 1, ""});
}

Result<http::Response> Media::serve(base::PropertyNumber property, std::string_view path) {
  const auto nothing = [] { return base::fail(Code::NotFound, "There is nothing at this address."); };
  auto place = folder(property);
  if (path != "captions.vtt") {
    const auto slash = path.find('/');
    const auto area = path.substr(0, slash);
    if (slash == std::string_view::npos || (area != "packed" && area != "live")) return nothing();
    place /= area;
    path.remove_prefix(slash + 1);
  }
  const auto* type =
      std::ranges::find_if(kTypes, [&](const auto& known) { return path.ends_with(known.ending); });
  if (!is_plain_name(path) || type == kTypes.end()) return nothing();
  auto file = files_.open(place / path, base::OpenMode::Read);
  if (!file)
    return file.error().code == Code::NotFound ? Result<http::Response>(nothing()) : base::fail(file.error());
  ASSIGN_OR_RETURN(auto response,
                   http::Response::file(type->type, std::shared_ptr<base::File>(std::move(*file))));
  response.headers.set("Cache-Control", type->cache);
  return response;
}

}  // namespace surfaces::events
