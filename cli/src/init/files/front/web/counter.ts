export function counter(button: HTMLButtonElement) {
  let count = 0;
  const show = () => (button.textContent = `clicked ${count} times`);
  button.onclick = () => {
    count += 1;
    show();
  };
  show();
}

// Vite replaces this module after an edit, without a reload.
import.meta.hot?.accept((module) => {
  const button = document.querySelector<HTMLButtonElement>('#count');
  if (module && button) module.counter(button);
});
