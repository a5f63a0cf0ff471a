// The console works without this script. The current entry of the row of sections comes into view, and / leads to the search field.
const sections = document.querySelector('.sections');
const current = sections?.querySelector('[aria-current]');
if (current) sections.scrollLeft = current.offsetLeft - (sections.clientWidth - current.offsetWidth) / 2;

const search = document.querySelector('.search-text input[type="search"]');
if (search) {
  const hint = document.createElement('kbd');
  hint.textContent = '/';
  hint.setAttribute('aria-hidden', 'true'); // the attribute below announces the key
  search.setAttribute('aria-keyshortcuts', '/');
  search.after(hint);
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target.closest('input, textarea, select, [contenteditable]') !== null;
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
}
