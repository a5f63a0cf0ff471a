import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Persona } from '../personas.js';

export const notice = noticeOf('Microsoft');

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

export interface Picker {
  readonly action: string;
  readonly applicationName: string;
  readonly personas: readonly Persona[];
  readonly loginHint: string | undefined;
  /** Where this browser signs out; undefined where nobody is signed in in it. */
  readonly signOutPath?: string | undefined;
}

export function pickerPage({ action, applicationName, personas, loginHint, signOutPath }: Picker): string {
  const hint = loginHint?.toLowerCase();
  const hinted = personas.find(({ username, email }) =>
    [username, email].some((name) => name?.toLowerCase() === hint),
  );
  return page(
    'Who signs in?',
    `<p class="lead">Pick a person to continue to <strong>${escapeHtml(applicationName)}</strong>. There is one for each thing that can happen.</p>
    <form method="post" action="${escapeHtml(action)}">
      <ul class="people">${personas.map((persona) => personItem(persona, persona === hinted)).join('')}
      </ul>
      <button type="submit" class="cancel" name="cancel" value="yes">Cancel signing in</button>
    </form>${signOutPath === undefined ? '' : `\n    <p><a href="${escapeHtml(signOutPath)}">Sign out of Microsoft, everywhere</a></p>`}`,
  );
}

function personItem(persona: Persona, hinted: boolean): string {
  return `
        <li>
          <button type="submit" class="person" name="persona" value="${escapeHtml(persona.id)}"${hinted ? ' autofocus' : ''}>
            <span class="initials" aria-hidden="true">${escapeHtml(initials(persona.name))}</span>
            <span class="who">
              <span class="name">${escapeHtml(persona.name)}</span>${hinted ? ' <span class="hint">You were asked for</span>' : ''}
              <span class="username">${escapeHtml(persona.username)}</span>
              <span class="story">${escapeHtml(persona.story)}</span>
            </span>
          </button>
        </li>`;
}

export interface Message {
  readonly title: string;
  readonly text: string;
  /** What Microsoft would have written. */
  readonly detail?: string;
}

export function messagePage({ title, text, detail }: Message): string {
  const quoted = detail === undefined ? '' : `<p class="detail">${escapeHtml(detail)}</p>`;
  return page(title, `<p class="lead">${escapeHtml(text)}</p>${quoted}`);
}

export interface SignedOutPage {
  /** Front-channel logout URLs, each with its `sid`: loaded in frames that nobody sees. */
  readonly frames: readonly string[];
  /** Where to go on to, when they have had the time to be loaded. */
  readonly returnTo: string | undefined;
}

export function signedOutPage({ frames, returnTo }: SignedOutPage): string {
  const hidden = frames.map((url) => `<iframe hidden title="Signing out" src="${escapeHtml(url)}"></iframe>`);
  const onwards =
    returnTo === undefined ? '' : `<meta http-equiv="refresh" content="2;url=${escapeHtml(returnTo)}">`;
  const lead = '<p class="lead">Every application that you used is told, and ends your session there.</p>';
  return page('You’re signed out of Microsoft', lead + hidden.join(''), onwards);
}

/** The headers of a page whose frames come from the origins of these URLs. */
export function framingHeaders(frames: readonly string[]): Readonly<Record<string, string>> {
  const origins = [...new Set(frames.map((url) => new URL(url).origin))];
  return {
    ...pageHeaders,
    'Content-Security-Policy': `${pageHeaders['Content-Security-Policy']}; frame-src ${origins.join(' ')}`,
  };
}

function noticeOf(vendor: string): string {
  return `Simulated ${vendor} sign-in — for the demo, no real account is used`;
}

function page(title: string, content: string, head = ''): string {
  return pageOf('Microsoft', title, content, head);
}

/** A page of a simulated vendor, in HTML. */
export function pageOf(vendor: string, title: string, content: string, head = ''): string {
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
    <header class="notice"><p>${noticeOf(vendor)}</p></header>
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

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
