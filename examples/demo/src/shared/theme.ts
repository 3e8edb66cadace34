import './theme.css';

const KEY = 'theme';

/**
 * Applies the stored theme and wires the theme button. Without a stored theme, the theme of the
 * system applies.
 */
export function wireThemeToggle(): void {
  const root = document.documentElement;
  const stored = localStorage.getItem(KEY);
  if (stored) root.dataset.theme = stored;
  document.querySelector('#theme')?.addEventListener('click', () => {
    const isDark = getComputedStyle(root).colorScheme === 'dark' || matchesSystemDark(root);
    root.dataset.theme = isDark ? 'light' : 'dark';
    localStorage.setItem(KEY, root.dataset.theme);
  });
}

function matchesSystemDark(root: HTMLElement): boolean {
  return !root.dataset.theme && matchMedia('(prefers-color-scheme: dark)').matches;
}
