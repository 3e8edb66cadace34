// The second page's entry. It shares a chunk, and that chunk's CSS, with the first.
import { wireThemeToggle } from './shared/theme';
import './about.css';

wireThemeToggle();

for (const row of document.querySelectorAll<HTMLElement>('[data-file]')) {
  const size = performance
    .getEntriesByType('resource')
    .filter((entry): entry is PerformanceResourceTiming => entry instanceof PerformanceResourceTiming)
    .find((entry) => new URL(entry.name).pathname === row.dataset.file);
  if (size) row.append(` · ${Math.round(size.duration)} ms`);
}
