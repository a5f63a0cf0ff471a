// What stands behind # never reaches the server, so it is added here to where signing in leads back to. The server checks it like the rest.
const LONGEST = 2048;
const { hash } = location;
const isOwn = document.getElementById(hash.slice(1)) !== null;
const withHash = (path) => (path.includes('#') || path.length + hash.length > LONGEST ? path : path + hash);

if (hash.length > 1 && !isOwn) {
  for (const link of document.querySelectorAll('a[href*="next="]')) {
    const url = new URL(link.href);
    const next = url.searchParams.get('next');
    if (next === null) continue;
    url.searchParams.set('next', withHash(next));
    link.href = url.href;
  }
  for (const field of document.querySelectorAll('input[name="next"], input[name="return_to"]'))
    field.value = withHash(field.value);
}
