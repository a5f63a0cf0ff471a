import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { Extensions, Texts } from '#entrance/extensions.js';
import { createTestEntrance, signInAs } from '#entrance/testing.js';

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'own-views-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** The page at an address of an Entrance with these extensions. */
async function pageAt(path: string, extensions: Extensions, roles?: readonly string[]) {
  const logged: string[] = [];
  const error = (_particulars: unknown, message?: string) => void logged.push(message ?? '');
  const log = { debug() {}, info() {}, warn() {}, error };
  const entrance = await createTestEntrance({ ...extensions, log });
  const agent = request.agent(express().use(entrance.routes)).set('Accept', 'text/html');
  if (roles !== undefined) await signInAs(agent, { roles, entrance });
  const { status, text } = await agent.get(path);
  await entrance.close();
  return { status, text, logged };
}

test('one file replaces one view, and all others stay', async () => {
  const views = folderWith({ 'sign-in.ejs': '<h1>Come in, <%= sentence %></h1>' });
  const { text } = await pageAt('/admin/login', { views });
  expect(text).toContain('<h1>Come in, Use your account to manage this gateway.</h1>');
  expect(text).toContain('<main id="main"');
  expect((await pageAt('/admin/signed-out', { views })).text).toContain('<h1>');
});

test('a file can wrap the view that it replaces', async () => {
  const views = folderWith({ 'sign-in.ejs': "<aside>House rules</aside><%- include('/sign-in') %>" });
  const { text } = await pageAt('/admin/login', { views });
  expect(text).toContain('<aside>House rules</aside>');
  expect(text).toContain('name="password"');
});

test('a part replaces ours in our own views', async () => {
  const views = folderWith({ 'partials/_local-form.ejs': '<p>our own form</p>' });
  expect((await pageAt('/admin/login', { views })).text).toContain('<p>our own form</p>');
});

test('a view that fails is logged, and ours is sent', async () => {
  const views = folderWith({ 'sign-in.ejs': '<%= there.is.no.such.member %>' });
  const { status, text, logged } = await pageAt('/admin/login', { views });
  expect([status, text.includes('name="password"')]).toEqual([200, true]);
  expect(logged).toEqual(['a view of the host app failed, so ours was sent']);
});

test.each([
  ['a folder that isn’t there', () => join(tmpdir(), 'no-such-folder'), /no folder/],
  ['a file of another name', () => folderWith({ 'signin.ejs': '' }), /signin\.ejs .* never be used/],
  ['a file that is no EJS', () => folderWith({ 'error.ejs': '<% if ( { %>' }), /error\.ejs is no valid EJS/],
])('%s is refused at the start', async (_what, make, message) => {
  await expect(createTestEntrance({ views: make() })).rejects.toThrow(message);
});

test('own texts stand in pages and in problem documents, escaped', async () => {
  const texts = { not_found: { title: 'Lost & found' }, no_access: { detail: 'Ask Kim at the desk.' } };
  const page = await pageAt('/admin/users/nobody', { texts }, ['platform_admin']);
  expect(page.text).toContain('Lost &amp; found');
  expect((await pageAt('/admin/users', { texts }, [])).text).toContain('Ask Kim at the desk.');
  const problem = await pageAt('/auth/sso/login/nowhere', { texts: { sso_disabled: { detail: 'No SSO.' } } });
  expect(problem.text).toContain('No SSO.');
});

test.each<[string, object]>([
  ['there is no code nowhere', { nowhere: { title: 'x' } }],
  ['not_found has title and detail, and no text', { not_found: { text: 'x' } }],
  ['not_found.title has to be a text', { not_found: { title: ' ' } }],
])('texts are checked at the start: %s', async (problem, texts) => {
  // As an app in JavaScript could give them.
  await expect(createTestEntrance({ texts: texts as Texts })).rejects.toThrow(problem);
});
