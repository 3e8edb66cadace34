// The entry of the second page. It shares a chunk with the first page, and the CSS of that chunk.
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
