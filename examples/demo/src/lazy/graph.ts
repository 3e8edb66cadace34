import './graph.css';

/** Draws the files that the page loaded at start as a row of cards that hang from one cable. */
export function draw(stage: HTMLElement, urls: string[]): void {
  const cards = urls.map((url) => {
    const card = document.createElement('li');
    const name = url.split('/').at(-1) ?? url;
    card.className = name.endsWith('.css') ? 'style' : 'script';
    card.textContent = name;
    return card;
  });
  const cable = document.createElement('ol');
  cable.className = 'cable';
  cable.append(...cards);
  stage.replaceChildren(cable);
}
