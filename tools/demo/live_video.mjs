// A live video made on the spot: a moving picture with a running clock, and the sound of a heartbeat.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { spawn_bound } from './server.mjs';

const font = '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf';
const first_playlist_ms_max = 30_000;

const picture = [
  // Slowly moving colours cost an encoder little and show at once whether a picture stands still.
  'gradients=size=960x540:rate=25:speed=0.02:nb_colors=3:c0=0x0b3b46:c1=0x14606e:c2=0x2f8f83',
  // A bar that crosses the picture once in ten seconds.
  "drawbox=x='mod(t*96,960)':y=500:w=6:h=40:color=white@0.8:t=fill",
];
const clock = (format, size, y) =>
  `drawtext=fontfile=${font}:text='${format}':fontcolor=white:fontsize=${size}:x=(w-text_w)/2:y=${y}`;

// Two soft beats a second and a quarter apart, once a second: deep enough not to tire anybody.
const heart = [0, 0.28]
  .map((at) => `sin(2*PI*58*t)*exp(-14*mod(t+1-${at},1))*gte(mod(t+1-${at},1),0)`)
  .join('+');

/** Begins to write an HLS stream into a folder; returns the process when the playlist is there. */
export async function start_live_video(folder, log) {
  mkdirSync(folder, { recursive: true });
  const playlist = join(folder, 'index.m3u8');
  const filters = [...picture];
  if (existsSync(font)) filters.push(clock('%{localtime\\:%H\\\\\\:%M\\\\\\:%S}', 96, 200), clock('Hartslag', 32, 150));
  const words = [
    '-hide_banner', '-nostdin', '-loglevel', 'warning',
    '-re', '-f', 'lavfi', '-i', filters.join(','),
    '-re', '-f', 'lavfi', '-i', `aevalsrc='0.3*(${heart})':s=44100`,
    '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline',
    '-pix_fmt', 'yuv420p', '-b:v', '900k', '-maxrate', '1200k', '-bufsize', '1800k', '-g', '50', '-sc_threshold', '0',
    '-c:a', 'aac', '-b:a', '64k',
    '-f', 'hls', '-hls_time', '2', '-hls_list_size', '10',
    '-hls_flags', 'delete_segments+independent_segments+program_date_time+temp_file',
    '-hls_segment_filename', join(folder, `live-${Date.now()}-%06d.ts`),
    playlist,
  ];
  const started_ms = Date.now();
  const process = spawn_bound('ffmpeg', words, { stdio: ['ignore', log, log] });
  let ended = false;
  process.on('error', () => (ended = true));
  process.on('exit', () => (ended = true));
  while (!existsSync(playlist)) {
    if (ended) throw new Error('ffmpeg ended at once; .data/demo.log tells why');
    if (Date.now() - started_ms > first_playlist_ms_max) throw new Error('ffmpeg wrote no playlist in 30 s');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return process;
}
