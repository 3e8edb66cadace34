// The home page's entry. Its own CSS comes last, so that it may override what is shared.
import { wireThemeToggle } from './shared/theme';
import './assets/mark.svg';
import './home.scss';

wireThemeToggle();

const button = document.querySelector<HTMLButtonElement>('#load-graph');
const stage = document.querySelector<HTMLElement>('#graph');

button?.addEventListener('click', async () => {
  button.disabled = true;
  // A chunk of its own, with CSS of its own: fetched now, not with the page.
  const { draw } = await import('./lazy/graph');
  const urls: string[] = JSON.parse(document.querySelector('#urls')?.textContent ?? '[]');
  if (stage) draw(stage, urls);
});
