import '../../ui/staff.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { follow_links } from './lib/router.svelte.ts';
import { session } from './lib/session.svelte.ts';
import { preferred_language, speak } from './lib/texts.svelte.ts';
import { begin_theme } from './lib/theme.svelte.ts';

begin_theme();
follow_links();
await speak(preferred_language(), false);
void session.ask_who();
mount(App, { target: document.getElementById('app')! });
