// Copy buttons: without this script, or without a clipboard, the identifiers can still be selected by hand.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll('[data-copy]')) {
    const status = button.querySelector('[role="status"]');
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      status.textContent = 'Copied';
      setTimeout(() => {
        status.textContent = '';
      }, 2000);
    });
  }
}
