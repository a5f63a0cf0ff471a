import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const style = readFileSync(new URL('./page.css', import.meta.url), 'utf8');
const styleHash = createHash('sha256').update(style).digest('base64');

/** Sent with every page. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; img-src data:; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Somebody who can be picked. */
export interface PickerPerson {
  readonly id: string;
  readonly name: string;
  /** What the vendor calls the account: an address, or a login. */
  readonly username: string;
  readonly email?: string;
  /** The outcome, in one sentence. */
  readonly story: string;
}

export interface Picker {
  /** The name of the vendor in whose place the page stands. */
  readonly vendor: string;
  readonly action: string;
  readonly applicationName: string;
  readonly people: readonly PickerPerson[];
  readonly loginHint?: string | undefined;
  /** Where this browser signs out; undefined if nobody is signed in in it. */
  readonly signOutPath?: string | undefined;
}

export function pickerPage({
  action,
  applicationName,
  loginHint,
  people,
  signOutPath,
  vendor,
}: Picker): string {
  const hint = loginHint?.toLowerCase();
  const hinted =
    hint &&
    people.find(({ username, email }) => [username, email].some((name) => name?.toLowerCase() === hint));
  const signOut = `\n    <p><a href="${escapeHtml(signOutPath ?? '')}">Sign out of ${vendor}, everywhere</a></p>`;
  return pageOf(
    vendor,
    'Who signs in?',
    `<p class="lead">Pick a person to continue to <strong>${escapeHtml(applicationName)}</strong>. Each one shows another thing that can happen.</p>
    <form method="post" action="${escapeHtml(action)}">
      <ul class="people">${people.map((person) => personItem(person, person === hinted)).join('')}
      </ul>
      <button type="submit" class="cancel" name="cancel" value="yes">Cancel signing in</button>
    </form>${signOutPath === undefined ? '' : signOut}`,
  );
}

function personItem(person: PickerPerson, hinted: boolean): string {
  return `
        <li>
          <button type="submit" class="person" name="persona" value="${escapeHtml(person.id)}"${hinted ? ' autofocus' : ''}>
            <span class="initials" aria-hidden="true">${escapeHtml(initials(person.name))}</span>
            <span class="who">
              <span class="name">${escapeHtml(person.name)}</span>${hinted ? ' <span class="hint">You were asked for</span>' : ''}
              <span class="username">${escapeHtml(person.username)}</span>
              <span class="story">${escapeHtml(person.story)}</span>
            </span>
          </button>
        </li>`;
}

export interface Message {
  readonly title: string;
  readonly text: string;
  /** What the vendor would have written. */
  readonly detail?: string;
}

export function messagePage(vendor: string, { title, text, detail }: Message): string {
  const quoted = detail === undefined ? '' : `<p class="detail">${escapeHtml(detail)}</p>`;
  return pageOf(vendor, title, `<p class="lead">${escapeHtml(text)}</p>${quoted}`);
}

/** The page of an address that nothing leads to. */
export function nothingPage(vendor: string): string {
  const text = 'The console that you want to sign in to leads here when it is time.';
  return messagePage(vendor, { title: 'There’s nothing to see here', text });
}

export interface SignedOutPage {
  readonly vendor: string;
  /** Front-channel logout URLs, each with its `sid`: loaded in frames that nobody sees. */
  readonly frames: readonly string[];
  /** Where to go on to, when they have had the time to be loaded. */
  readonly returnTo: string | undefined;
}

export function signedOutPage({ frames, returnTo, vendor }: SignedOutPage): string {
  const hidden = frames.map((url) => `<iframe hidden title="Signing out" src="${escapeHtml(url)}"></iframe>`);
  const onwards =
    returnTo === undefined ? '' : `<meta http-equiv="refresh" content="2;url=${escapeHtml(returnTo)}">`;
  const lead = '<p class="lead">Every application that you used is told, and ends your session there.</p>';
  return pageOf(vendor, `You’re signed out of ${vendor}`, lead + hidden.join(''), onwards);
}

/** The headers of a page whose frames come from the origins of these URLs. */
export function framingHeaders(frames: readonly string[]): Readonly<Record<string, string>> {
  const origins = [...new Set(frames.map((url) => new URL(url).origin))];
  return {
    ...pageHeaders,
    'Content-Security-Policy': `${pageHeaders['Content-Security-Policy']}; frame-src ${origins.join(' ')}`,
  };
}

/** A page of a simulated vendor, in HTML. */
function pageOf(vendor: string, title: string, content: string, head = ''): string {
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escapeHtml(title)} · Simulated ${vendor} sign-in</title>
    <link rel="icon" href="data:,">
    <style>${style}</style>${head}
  </head>
  <body>
    <header class="notice"><p>Simulated ${vendor} sign-in — for the demo, no real account is used</p></header>
    <main>
    <h1>${escapeHtml(title)}</h1>
    ${content}
    </main>
  </body>
</html>
`;
}

function initials(name: string): string {
  const words = name.split(' ');
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.charAt(0) ?? '')
    .join('');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
