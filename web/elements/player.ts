// The video with its controls, loaded after the page is there. HLS comes through hls.js where the browser has
// Media Source Extensions, else from the browser itself. The controls are plain buttons and sliders in the page,
// so that they need no style that the page's Content-Security-Policy forbids.
import * as icons from './icons.ts';
import type { Page, Video } from './page.ts';
import texts from 'virtual:player-texts';
import worker_url from 'hls.js/dist/hls.worker.js?url';

const quiet_after_ms = 3_000;
const step_s = 10;
// Counted from the last line of the picture.
const caption_line = -4;
// A live viewer within so many seconds of the edge sees it live.
const edge_s = 12;

const clock_text = (seconds: number) => {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const part = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3_600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${part(minutes)}:${part(whole % 60)}` : `${minutes}:${part(whole % 60)}`;
};

const connect = async (video: HTMLVideoElement, { kind, src, live }: Video, failed: () => void) => {
  if (kind == 'hls') {
    const { default: Hls } = await import('hls.js/light');
    if (Hls.isSupported()) {
      const hls = new Hls({ workerPath: worker_url, backBufferLength: live ? 600 : 90, capLevelToPlayerSize: true });
      hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
        if (!fatal) return;
        // A network that comes back finds the player waiting for it, also when the playlist itself never came.
        const again = () => (hls.levels.length > 0 ? hls.startLoad() : hls.loadSource(src));
        if (type == Hls.ErrorTypes.NETWORK_ERROR) setTimeout(again, 3_000);
        else if (type == Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
        else failed();
      });
      hls.loadSource(src);
      hls.attachMedia(video);
      return;
    }
  }
  video.addEventListener('error', failed);
  video.src = src;
};

export const play = (place: HTMLElement, source: Video, { language }: Page) => {
  const say = (key: string) => texts[language]![`player.${key}`]!;

  const video = document.createElement('video');
  // A source elsewhere gets no cookie and can set none.
  video.crossOrigin = 'anonymous';
  video.playsInline = true;
  video.preload = 'metadata';
  if (source.poster) video.poster = source.poster;
  if (source.captions) {
    const track = document.createElement('track');
    Object.assign(track, { kind: 'captions', src: source.captions, srclang: language, label: say('captions') });
    // Lines that say nothing of their place stand above the controls. They are fetched before they are shown,
    // since a line that is on the screen does not move.
    track.onload = () => {
      for (const cue of (track.track.cues ?? []) as Iterable<VTTCue>) if (cue.line == 'auto') cue.line = caption_line;
    };
    video.append(track);
    track.track.mode = 'hidden';
  }

  const button = (name: string, act: () => void, label = say(name)) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = `control ${name}`;
    made.onclick = act;
    name_button(made, label);
    return made;
  };
  const name_button = (made: HTMLButtonElement, label: string, icon?: string) => {
    made.setAttribute('aria-label', label);
    made.title = label;
    if (icon) made.innerHTML = icon;
  };
  const slider = (name: string, max: number, act: (value: number) => void) => {
    const made = document.createElement('input');
    Object.assign(made, { type: 'range', className: name, min: '0', max: String(max), step: 'any', value: '0' });
    made.setAttribute('aria-label', say(name));
    made.oninput = () => act(made.valueAsNumber);
    return made;
  };

  // A press before the source is there is not lost: attaching the source stops what was begun without it.
  let wanted = false;
  const start = () => {
    wanted = true;
    video.play().catch(() => {});
  };
  const toggle_play = () => (video.paused ? start() : video.pause());
  video.addEventListener('loadedmetadata', () => wanted && video.paused && start());
  video.addEventListener('playing', () => (wanted = false));
  const toggle_mute = () => (video.muted = !video.muted);
  const toggle_full = () =>
    document.fullscreenElement
      ? document.exitFullscreen()
      : place.requestFullscreen
        ? place.requestFullscreen()
        : (video as unknown as { webkitEnterFullscreen(): void }).webkitEnterFullscreen();
  const toggle_captions = () => {
    const track = video.textTracks[0];
    if (!track) return;
    track.mode = track.mode == 'showing' ? 'hidden' : 'showing';
    captions.setAttribute('aria-pressed', String(track.mode == 'showing'));
  };
  const toggle_picture = () =>
    (document.pictureInPictureElement ? document.exitPictureInPicture() : video.requestPictureInPicture()).catch(() => {});
  const to_edge = () => {
    const { seekable } = video;
    if (seekable.length) video.currentTime = seekable.end(seekable.length - 1) - edge_s / 2;
    start();
  };

  const begin = button('play', toggle_play);
  begin.className = 'big-play';
  begin.innerHTML = icons.play;
  const playing = button('play', toggle_play);
  const sound = button('mute', toggle_mute);
  const volume = slider('volume', 1, (value) => {
    video.volume = value;
    video.muted = value == 0;
  });
  const seek = slider('seek', 1, (value) => (video.currentTime = value));
  const time = document.createElement('span');
  time.className = 'time';
  const live = button('live', to_edge, say('to_live'));
  live.textContent = say('live');
  const space = document.createElement('span');
  space.className = 'space';
  const captions = button('captions', toggle_captions);
  captions.innerHTML = icons.captions;
  captions.setAttribute('aria-pressed', 'false');
  const picture = button('picture', toggle_picture);
  picture.innerHTML = icons.picture;
  const full = button('full', toggle_full);

  const controls = document.createElement('div');
  controls.className = 'controls';
  controls.append(seek, playing, sound, volume, source.live ? live : time, space);
  if (source.captions) controls.append(captions);
  if (document.pictureInPictureEnabled) controls.append(picture);
  controls.append(full);
  place.replaceChildren(video, begin, controls);

  const show_playing = () => {
    const begun = !video.paused || video.currentTime > 0;
    // Who works by keyboard is not left behind with a button that goes.
    if (begun && document.activeElement == begin) playing.focus({ preventScroll: true });
    begin.hidden = begun;
    name_button(playing, say(video.paused ? 'play' : 'pause'), video.paused ? icons.play : icons.pause);
    wake();
  };
  const show_sound = () => {
    const silent = video.muted || video.volume == 0;
    name_button(sound, say(silent ? 'unmute' : 'mute'), silent ? icons.muted : icons.loud);
    volume.value = String(silent ? 0 : video.volume);
  };
  const show_full = () => {
    const on = document.fullscreenElement == place;
    name_button(full, say(on ? 'full_exit' : 'full'), on ? icons.small : icons.full);
  };
  const show_time = () => {
    const { seekable, currentTime } = video;
    const begins = source.live && seekable.length ? seekable.start(0) : 0;
    const ends = source.live && seekable.length ? seekable.end(seekable.length - 1) : video.duration || 0;
    // Live is at the end, although a few seconds behind it are always held ready.
    const at_edge = source.live && ends - currentTime < edge_s;
    Object.assign(seek, { min: String(begins), max: String(ends), value: String(at_edge ? ends : currentTime) });
    const at = say('position')
      .replace('{at}', clock_text(currentTime - begins))
      .replace('{length}', clock_text(ends - begins));
    seek.setAttribute('aria-valuetext', at);
    time.textContent = `${clock_text(currentTime)} / ${clock_text(ends)}`;
    live.dataset['edge'] = String(at_edge);
  };

  let resting = 0;
  const wake = () => {
    delete place.dataset['quiet'];
    clearTimeout(resting);
    resting = window.setTimeout(() => video.paused || (place.dataset['quiet'] = ''), quiet_after_ms);
  };

  for (const type of ['play', 'pause', 'ended']) video.addEventListener(type, show_playing);
  for (const type of ['timeupdate', 'durationchange', 'progress', 'seeking']) video.addEventListener(type, show_time);
  video.addEventListener('volumechange', show_sound);
  video.addEventListener('click', toggle_play);
  document.addEventListener('fullscreenchange', show_full);
  for (const type of ['pointermove', 'pointerdown', 'keydown', 'focusin']) place.addEventListener(type, wake);

  const keys: Record<string, () => void> = {
    k: toggle_play,
    ' ': toggle_play,
    m: toggle_mute,
    f: toggle_full,
    c: toggle_captions,
    ArrowLeft: () => (video.currentTime -= step_s),
    ArrowRight: () => (video.currentTime += step_s),
  };
  place.addEventListener('keydown', (event) => {
    const { key, target } = event;
    // A button has its own space bar, a slider its own arrows.
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[key]) return;
    if (target instanceof HTMLInputElement && key.startsWith('Arrow')) return;
    if (target instanceof HTMLButtonElement && key == ' ') return;
    event.preventDefault();
    keys[key]();
  });

  show_playing();
  show_sound();
  show_full();
  show_time();
  connect(video, source, () => {
    const failure = document.createElement('p');
    failure.className = 'player-empty';
    failure.setAttribute('role', 'alert');
    failure.textContent = say('failed');
    place.replaceChildren(failure);
  });
};
