// The entry of the home page. Its own CSS comes last, so that it can override shared styles.
import { wireThemeToggle } from './shared/theme';
import './assets/mark.svg';
import './home.scss';

wireThemeToggle();

const button = document.querySelector<HTMLButtonElement>('#load-graph');
const stage = document.querySelector<HTMLElement>('#graph');

button?.addEventListener('click', async () => {
  button.disabled = true;
  // The dynamic import creates a separate chunk with its own CSS. The browser fetches both on this
  // click.
  const { draw } = await import('./lazy/graph');
  const urls: string[] = JSON.parse(document.querySelector('#urls')?.textContent ?? '[]');
  if (stage) draw(stage, urls);
});
