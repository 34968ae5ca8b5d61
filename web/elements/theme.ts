// Light, dark, or as the system says, for as long as the page is there. Nothing of it is kept: these pages leave
// nothing in the browser.
const choice = document.getElementById('theme')!;

const show = () => {
  const chosen = choice.querySelector<HTMLInputElement>('input:checked')!.value;
  if (chosen == 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
};

choice.hidden = false;
choice.addEventListener('change', show);
export {};
