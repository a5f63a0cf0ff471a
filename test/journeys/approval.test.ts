import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import { forgetLapsedRequests } from '#entrance/people/approval.js';
import type { Persona } from '../../demo/personas.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import {
  LOCAL_ADMIN,
  REDIRECT_URI,
  startTestEntrance,
  storeKinds,
  type TestEntrance,
} from '../support/entrance.js';
import { personAtMicrosoft } from '../support/people-at-microsoft.js';

const DAY = 86_400_000;

const grace: Persona = {
  id: 'grace',
  name: 'Grace Hopper',
  story: '',
  oid: '0e7a0c11-0000-4000-8000-00000000b0b0',
  username: 'grace@contoso.com',
  email: 'grace@contoso.com',
};

let microsoft: SimulatedMicrosoft;
beforeAll(async () => {
  microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
  microsoft.addPersona(grace);
});
afterAll(() => microsoft.close());

describe.each(storeKinds)('with SSO_REQUIRE_ADMIN_APPROVAL, on %s', (store) => {
  let entrance: TestEntrance;
  beforeEach(async () => {
    entrance = await startTestEntrance({
      store,
      microsoft,
      settings: { SSO_REQUIRE_ADMIN_APPROVAL: 'true' },
    });
  });
  afterEach(() => entrance.close());

  const find = () => entrance.deps.directory.findByEmail('grace@contoso.com');

  async function events(action: string): Promise<number> {
    const { events: found } = await entrance.deps.audit.list({
      action: action as 'user-request',
      limit: 100,
    });
    return found.length;
  }

  /** Signs in, and gives where that leads and what the page there says. */
  async function attempt(persona = 'grace') {
    const browser = entrance.browser();
    const back = await browser.get(await entrance.callbackFor(browser, persona)).expect(303);
    const location = String(back.headers.location);
    return { browser, location, page: (await browser.get(location)).text };
  }

  async function decide(decision: 'approve' | 'reject', body: object = {}) {
    const user = await find();
    return request(entrance.app)
      .post(`/auth/users/${user?.id}/${decision}`)
      .set('Authorization', `Bearer ${await entrance.token('users:write')}`)
      .send(body);
  }

  async function asAdmin(): Promise<TestAgent> {
    const browser = entrance.browser();
    await browser
      .post('/admin/login')
      .type('form')
      .send({ email: LOCAL_ADMIN.email, password: LOCAL_ADMIN.password })
      .expect(303);
    return browser;
  }

  describe('a request', () => {
    test('a new person waits, is told whom we asked and when, and asks once', async () => {
      const { browser, location, page } = await attempt();
      expect(location).toBe('/admin/login?error=pending_approval');
      expect(page).toContain('The administrators of this gateway');
      expect(page).toContain(`${new Date().getUTCFullYear()}`);
      await browser.get('/auth/me').set('Accept', 'application/json').expect(401);
      const asked = await find();
      expect(asked).toMatchObject({ status: 'pending', lastLoginAt: null, decision: null });

      entrance.pass(DAY);
      expect((await attempt()).location).toBe('/admin/login?error=pending_approval');
      expect(await find()).toEqual(asked);
      expect(await events('user-request')).toBe(1);
      expect(await events('user-create')).toBe(0);
    });

    test('many tabs at once make one request, and none lets in', async () => {
      const attempts = await Promise.all(Array.from({ length: 8 }, () => attempt()));
      expect(new Set(attempts.map(({ location }) => location))).toEqual(
        new Set(['/admin/login?error=pending_approval']),
      );
      expect(await events('user-request')).toBe(1);
    });

    test('a request lapses after 30 days: nobody can decide about it, and the person can ask again', async () => {
      await attempt();
      const first = await find();
      entrance.pass(30 * DAY - 60_000);
      expect((await attempt()).location).toBe('/admin/login?error=pending_approval');
      expect((await find())?.id).toBe(first?.id);
      entrance.pass(60_000);
      expect((await decide('approve')).status).toBe(404);
      expect((await decide('reject')).status).toBe(404);
      expect((await attempt()).location).toBe('/admin/login?error=pending_approval');
      const second = await find();
      expect(second?.id).not.toBe(first?.id);
      expect(Date.parse(second?.createdAt ?? '')).toBeGreaterThan(Date.now() + 29 * DAY);
      expect(await events('user-request')).toBe(2);
      expect(await events('user-request-lapse')).toBe(1);
    });

    test('lapsed requests go away by themselves, also from the list and the count', async () => {
      await attempt();
      const { directory, clock } = entrance.deps;
      for (let index = 0; index < 120; index += 1)
        await entrance.addUser({ status: 'pending', email: `w${index}@contoso.com` });
      entrance.pass(29 * DAY);
      await entrance.addUser({ status: 'pending', email: 'late@contoso.com' });
      expect(await forgetLapsedRequests(directory, clock)).toBe(0);
      entrance.pass(DAY);
      const both = await Promise.all([
        forgetLapsedRequests(directory, clock),
        forgetLapsedRequests(directory, clock),
      ]);
      expect(Math.max(...both)).toBeLessThanOrEqual(121);
      expect(await directory.countWithStatus('pending')).toBe(1);
      expect(await events('user-request-lapse')).toBe(100); // as many as a page holds
      expect((await directory.findByEmail('late@contoso.com'))?.status).toBe('pending');
    });

    test('`status=pending` lists who waits', async () => {
      await attempt();
      const token = await entrance.token('users:read');
      const { body } = await request(entrance.app)
        .get('/auth/users?status=pending')
        .set('Authorization', `Bearer ${token}`)
        .expect(200);
      expect(body.users).toMatchObject([{ email: 'grace@contoso.com', status: 'pending' }]);
    });
  });

  describe('a decision', () => {
    test('is approved in the console, and signs in', async () => {
      await attempt();
      const admin = await asAdmin();
      const page = await admin.get('/admin/approvals').expect(200);
      expect(page.text).toContain('Grace Hopper');
      expect(page.text).toContain(`<bdi>directory ${microsoft.tenantId}</bdi>`);
      expect(page.text).toContain('Approvals 1 waiting');
      await admin.post(`/admin/approvals/${(await find())?.id}/approve`).expect(303);
      expect((await admin.get('/admin/approvals').expect(200)).text).toContain('Nobody is waiting');
      expect(await find()).toMatchObject({
        status: 'active',
        decision: { by: LOCAL_ADMIN.email, reason: null },
      });
      expect(await events('user-approve')).toBe(1);

      const { browser, location } = await attempt();
      expect(location).toBe('/admin');
      await browser.get('/auth/me').set('Accept', 'application/json').expect(200);
    });

    test('is rejected with a reason, which is shown as text', async () => {
      await attempt();
      const admin = await asAdmin();
      const id = (await find())?.id;
      const question = await admin.get(`/admin/approvals/${id}/reject`).expect(200);
      expect(question.text).toContain('name="reason"');
      const reason = '<b onclick=alert(1)>Ask</b> procurement first';
      await admin.post(`/admin/approvals/${id}/reject`).type('form').send({ reason }).expect(303);
      const { location, page, browser } = await attempt();
      expect(location).toBe('/admin/login?error=rejected');
      expect(page).toContain('&lt;b onclick=alert(1)&gt;Ask&lt;/b&gt; procurement first');
      expect(page).not.toContain('<b onclick');
      await browser.get('/auth/me').set('Accept', 'application/json').expect(401);
      expect((await browser.get('/admin/login?error=rejected')).text).not.toContain('procurement');
      expect((await admin.get(`/admin/users/${id}`)).text).toContain('Rejected by root@contoso.com');
    });

    test('who was rejected can be approved after all; who is in can’t be rejected', async () => {
      await attempt();
      expect((await decide('reject')).body).toMatchObject({ status: 'rejected' });
      expect((await decide('reject', { reason: 'Later' })).status).toBe(200);
      expect((await attempt()).page).toContain('Later');
      expect((await decide('approve')).body).toMatchObject({ status: 'active' });
      expect((await decide('approve')).status).toBe(200);
      expect(await events('user-approve')).toBe(1);
      const refused = await decide('reject');
      expect([refused.status, refused.body.code]).toEqual([409, 'not_pending']);
      expect((await attempt()).location).toBe('/admin');
    });

    test('a reason has a limit, and can be left out with the body', async () => {
      await attempt();
      expect((await decide('reject', { reason: 'x'.repeat(501) })).status).toBe(400);
      expect((await decide('reject', { because: 'x' })).status).toBe(400);
      const user = await find();
      await request(entrance.app)
        .post(`/auth/users/${user?.id}/reject`)
        .set('Authorization', `Bearer ${await entrance.token('users:write')}`)
        .expect(200);
    });

    test('the longest reason reaches the person', async () => {
      await attempt();
      const reason = '説'.repeat(500);
      expect((await decide('reject', { reason })).status).toBe(200);
      expect((await attempt()).page).toContain(reason);
    });

    test('a viewer sees who waits and decides nothing', async () => {
      await attempt();
      await entrance.addUser({
        email: 'amara.okafor@contoso.com',
        providerId: null,
        providerScope: null,
        roles: [{ name: 'platform_viewer', origin: 'manual' }],
      });
      microsoft.addPersona({
        ...grace,
        id: 'watcher',
        oid: `${grace.oid.slice(0, -1)}1`,
        username: 'amara.okafor@contoso.com',
        email: 'amara.okafor@contoso.com',
      });
      const viewer = await entrance.signIn('watcher');
      const page = await viewer.get('/admin/approvals').expect(200);
      expect(page.text).toContain('Grace Hopper');
      expect(page.text).not.toContain('/approve');
      await viewer.post(`/admin/approvals/${(await find())?.id}/approve`).expect(403);
      await viewer.get(`/admin/approvals/${(await find())?.id}/reject`).expect(403);
      await viewer.post(`/admin/approvals/${(await find())?.id}/reject`).expect(403);
    });
  });

  describe('who waits, and who doesn’t', () => {
    test('somebody who is in stays in, and PATCH decides nothing', async () => {
      const inside = await entrance.addUser({ email: grace.email ?? '', providerId: grace.oid });
      expect((await attempt()).location).toBe('/admin');
      expect((await entrance.deps.directory.find(inside.id))?.status).toBe('active');
      const waiting = await entrance.addUser({ status: 'pending' });
      await request(entrance.app)
        .patch(`/auth/users/${waiting.id}`)
        .set('Authorization', `Bearer ${await entrance.token('users:write')}`)
        .send({ status: 'active' })
        .expect(400);
    });

    test('who was added before their first sign-in doesn’t wait', async () => {
      await entrance.addUser({ email: 'grace@contoso.com', providerId: null, providerScope: null });
      expect((await attempt()).location).toBe('/admin');
    });

    test('an administrator by group waits too, since there is one who can approve', async () => {
      expect((await attempt('admin')).location).toBe('/admin/login?error=pending_approval');
    });
  });
});

describe('without a local administrator', () => {
  let entrance: TestEntrance;
  afterEach(() => entrance.close());

  test.each(storeKinds)(
    'the first who is one by group is let in to approve the others, on %s',
    async (store) => {
      entrance = await startTestEntrance({
        store,
        microsoft,
        settings: {
          SSO_REQUIRE_ADMIN_APPROVAL: 'true',
          PLATFORM_ADMIN_EMAIL: undefined,
          PLATFORM_ADMIN_PASSWORD: undefined,
          PLATFORM_ADMIN_FULL_NAME: undefined,
        },
      });
      expect(entrance.logged.join()).toContain(
        'SSO_REQUIRE_ADMIN_APPROVAL is true and there is no local administrator',
      );
      const browser = entrance.browser();
      const waits = await browser.get(await entrance.callbackFor(browser, 'grace')).expect(303);
      expect(waits.headers.location).toBe('/admin/login?error=pending_approval');
      const first = await entrance.signIn('admin');
      expect((await first.get('/admin/approvals').expect(200)).text).toContain('Grace Hopper');
      const second = entrance.browser();
      const refused = await second.get(await entrance.callbackFor(second, 'key-rotation')).expect(303);
      expect(refused.headers.location).toBe('/admin/login?error=pending_approval');
    },
  );
});

describe('if new people wait for approval', () => {
  let entrance: TestEntrance;
  beforeAll(async () => {
    entrance = await startTestEntrance({ microsoft, settings: { SSO_REQUIRE_ADMIN_APPROVAL: 'true' } });
    await entrance.addUser({ roles: [{ name: 'platform_admin', origin: 'manual' }] });
  });
  afterAll(() => entrance.close());

  test('somebody who waits is let in by an account that was added ahead for the address that they bring by now', async () => {
    const mei = personAtMicrosoft(entrance, 'Mei');
    expect((await mei.signIn('mei@contoso.com')).location).toBe('/admin/login?error=pending_approval');
    const ahead = await entrance.addUser({
      email: 'mei@fabrikam.com',
      providerId: null,
      providerScope: null,
      roles: [{ name: 'platform_viewer', origin: 'manual' }],
    });
    const { location } = await mei.signIn('mei@fabrikam.com');
    expect(location).toBe('/admin');
    expect(await mei.account()).toMatchObject({
      status: 'active',
      email: 'mei@fabrikam.com',
      roles: [{ name: 'platform_viewer', origin: 'manual' }],
    });
    expect(await entrance.deps.directory.find(ahead.id)).toBeUndefined();
  });

  test('a request keeps an address neither from a known person nor from a new one, and takes none', async () => {
    const [waits, known, anew] = ['Waits', 'Known', 'Anew'].map((name) => personAtMicrosoft(entrance, name));
    await waits?.signIn('desk@contoso.com');
    const approved = await entrance.addUser({ email: 'known@contoso.com', providerId: known?.oid ?? '' });
    expect((await known?.signIn('desk@contoso.com'))?.location).toBe('/admin');
    expect(await waits?.account()).toMatchObject({ status: 'pending', emailDoubt: { other: approved.id } });

    await waits?.signIn('known@contoso.com');
    expect(await waits?.account()).toMatchObject({ email: 'desk@contoso.com', status: 'pending' });
    expect((await anew?.signIn('known@contoso.com'))?.location).toBe('/admin/login?error=pending_approval');
    expect((await anew?.account())?.email).toBe('known@contoso.com');
  });
});

test('without the setting nobody waits, and the navigation has no entry for it', async () => {
  const entrance = await startTestEntrance({ microsoft });
  const admin = await entrance.signIn('admin');
  expect((await admin.get('/admin')).text).not.toContain('/admin/approvals');
  await entrance.addUser({ status: 'pending' });
  expect((await admin.get('/admin')).text).toContain('Approvals 1 waiting');
  await entrance.close();
});
