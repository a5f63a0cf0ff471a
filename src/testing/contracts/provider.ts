import assert from 'node:assert/strict';
import { isWebAddress } from '../../config/web-address.js';
import type { ProviderStandIn, StandInPerson } from '../stand-in.js';
import type { ContractCase } from './contract-case.js';
import {
  type Ended,
  GROUP,
  OTHER_ID,
  openProviderWorld,
  type ProviderWorld,
  ROLE,
} from './provider-world.js';

const ADA: StandInPerson = {
  subject: 'ada-1815',
  email: 'ada@acmecorp.com',
  emailVerified: true,
  fullName: 'Ada Lovelace',
  groups: [GROUP],
};

/**
 * The rules for a provider of a host app's own, through the whole sign-in. `open` starts a stand-in for its servers for
 * each rule.
 *
 * ```ts
 * for (const { name, run } of providerContract(openStandIn)) test(name, run);
 * ```
 */
export function providerContract(
  open: () => ProviderStandIn | Promise<ProviderStandIn>,
): readonly ContractCase[] {
  const rule = (name: string, check: (world: ProviderWorld) => Promise<void>): ContractCase => ({
    name,
    async run() {
      const world = await openProviderWorld(await open());
      await check(world).finally(world.close);
    },
  });
  return [
    rule('a person is sent to the provider, and comes back signed in', async (world) => {
      const { refusal, user } = await world.signIn(ADA);
      assert.equal(refusal, undefined);
      assert.deepEqual([user?.email, user?.fullName], [ADA.email, ADA.fullName]);
    }),
    rule('every sign-in has a state of its own, and returns to our own address', async (world) => {
      const [one, other] = [await world.begin(world.browser()), await world.begin(world.browser())];
      assert.notEqual(one.href, other.href);
      assert.ok(isWebAddress(one), `people are sent to ${one.origin}`);
    }),
    rule('a person is known by the ID that the provider has for them', async (world) => {
      const before = await world.signIn(ADA);
      const after = await world.signIn({ ...ADA, email: 'ada.king@acmecorp.com' });
      assert.ok(before.user !== undefined);
      assert.equal(after.user?.id, before.user.id);
      assert.equal(after.user.email, 'ada.king@acmecorp.com');
    }),
    rule('another person with the same address doesn’t get the account', async (world) => {
      await world.signIn(ADA);
      assertRefused(await world.signIn({ ...ADA, subject: 'mallory' }));
    }),
    rule('a person without an ID isn’t signed in', async (world) => {
      assertRefused(await world.signIn({ ...ADA, subject: '' }));
    }),
    rule('a person who cancels at the provider isn’t signed in', async (world) => {
      assertRefused(await world.signIn(undefined), 'sso_cancelled');
    }),
    ...answerRules(rule),
    ...addressRules(rule),
    ...groupRules(rule),
    rule('a provider that is away signs nobody in', async (world) => {
      const browser = world.browser();
      world.standIn.signIn(ADA);
      const answer = await world.answerTo(await world.begin(browser));
      await world.standIn.close();
      assertRefused(await world.finish(browser, answer), 'sso_unavailable');
    }),
    rule('a sign-out ends the session, and leads on to web addresses alone', async (world) => {
      const browser = world.browser();
      await world.signIn(ADA, browser);
      await browser.post(`${world.parts.config.server.baseUrl.path}/admin/logout`);
      assert.equal(await browser.user(), undefined);
      const provider = providerOf(world);
      const href = provider.endSessionUrl?.({ returnTo: 'https://console.example/admin/login' });
      const url = href === undefined ? undefined : new URL(href);
      assert.ok(url === undefined || isWebAddress(url));
    }),
    rule('the checks of the set-up end in findings, also while the provider is away', async (world) => {
      const { inspection } = providerOf(world);
      assert.match(inspection.redirectUri, new RegExp(`/auth/sso/callback/${world.standIn.provider}$`));
      const now = () => world.parts.clock.now();
      assert.notEqual((await inspection.examine(now)).length, 0);
      await world.standIn.close();
      const findings = await inspection.examine(now);
      assert.ok(findings.some(({ severity }) => severity !== 'ok'));
    }),
  ];
}

type Rule = (name: string, check: (world: ProviderWorld) => Promise<void>) => ContractCase;

/** Answers that aren't the provider's to this sign-in of this browser. */
function answerRules(rule: Rule): readonly ContractCase[] {
  return [
    rule('an answer with another state is refused', async (world) => {
      const { answer, browser } = await answered(world);
      answer.searchParams.set('state', 'of-another-sign-in');
      assertRefused(await world.finish(browser, answer));
    }),
    rule('an answer in another browser is refused', async (world) => {
      const { answer } = await answered(world);
      assertRefused(await world.finish(world.browser(), answer));
    }),
    rule('an answer to another browser’s sign-in is refused, with the right state too', async (world) => {
      const { answer: ofAda } = await answered(world);
      const { answer, browser } = await answered(world, {
        ...ADA,
        subject: 'bea',
        email: 'bea@acmecorp.com',
      });
      ofAda.searchParams.set('state', answer.searchParams.get('state') ?? '');
      assertRefused(await world.finish(browser, ofAda));
    }),
    rule('an answer that the provider didn’t give is refused', async (world) => {
      const { answer, browser } = await answered(world);
      for (const [name, value] of [...answer.searchParams])
        if (name !== 'state' && name !== 'iss') answer.searchParams.set(name, `not-${value}`);
      assertRefused(await world.finish(browser, answer));
    }),
    rule('an answer that names another issuer is refused', async (world) => {
      const { answer, browser } = await answered(world);
      answer.searchParams.set('iss', 'https://attacker.example');
      assertRefused(await world.finish(browser, answer));
    }),
    rule('an answer at the callback of another provider is refused', async (world) => {
      const { answer, browser } = await answered(world);
      answer.pathname = answer.pathname.slice(0, answer.pathname.lastIndexOf('/') + 1) + OTHER_ID;
      assertRefused(await world.finish(browser, answer));
    }),
    rule('an error beside a code is refused', async (world) => {
      const { answer, browser } = await answered(world);
      answer.searchParams.set('error', 'access_denied');
      assertRefused(await world.finish(browser, answer), 'sso_cancelled');
    }),
  ];
}

const NOT_VERIFIED = [false, undefined, null, 1, 'yes', {}, []];
const NO_ADDRESSES = [undefined, null, '', 42, {}, ['ada@acmecorp.com', 'king@acmecorp.com'], 'no address'];

function addressRules(rule: Rule): readonly ContractCase[] {
  return [
    rule('an address that isn’t verified is nobody’s, and claims no account', async (world) => {
      const ahead = await world.addAhead('ada@acmecorp.com');
      for (const [index, emailVerified] of NOT_VERIFIED.entries()) {
        const { user } = await world.signIn({ ...ADA, subject: `unverified-${index}`, emailVerified });
        assert.notEqual(user?.id, ahead, `emailVerified: ${JSON.stringify(emailVerified)}`);
        assert.equal(user?.email, undefined);
      }
      const { user } = await world.signIn(ADA);
      assert.equal(user?.id, ahead, 'a verified address claims the account');
    }),
    rule('an address of an odd form is nobody’s', async (world) => {
      const ahead = await world.addAhead('ada@acmecorp.com');
      for (const [index, email] of NO_ADDRESSES.entries()) {
        const { user } = await world.signIn({ ...ADA, subject: `odd-${index}`, email });
        assert.notEqual(user?.id, ahead, `email: ${JSON.stringify(email)}`);
        assert.equal(user?.email, undefined);
      }
    }),
    rule('a name of an odd form keeps nobody out', async (world) => {
      for (const fullName of [undefined, null, '', 7, {}, ['Ada'], '\u202e\u0000', 'a'.repeat(2_000)]) {
        const { refusal, user } = await world.signIn({ ...ADA, fullName });
        assert.equal(refusal, undefined, `fullName: ${JSON.stringify(fullName)}`);
        assert.ok((user?.fullName ?? '').trim() !== '');
      }
    }),
  ];
}

const UNKNOWN_GROUPS = [undefined, 42, true, [42], [{}]];

function groupRules(rule: Rule): readonly ContractCase[] {
  return [
    rule('a group gives a role, and takes it away when the person has left the group', async (world) => {
      const { user } = await world.signIn(ADA);
      assert.deepEqual(user?.roles, [ROLE]);
      assert.deepEqual((await world.signIn({ ...ADA, groups: [] })).user?.roles, []);
    }),
    rule('groups that aren’t known give nothing, and take nothing away', async (world) => {
      await world.signIn(ADA);
      for (const groups of UNKNOWN_GROUPS) {
        const { user } = await world.signIn({ ...ADA, groups });
        assert.deepEqual(user?.roles, [ROLE], `groups: ${JSON.stringify(groups)}`);
      }
      const stranger = { ...ADA, subject: 'bea', email: 'bea@acmecorp.com', groups: undefined };
      assert.deepEqual((await world.signIn(stranger)).user?.roles, []);
    }),
  ];
}

async function answered(world: ProviderWorld, person: StandInPerson = ADA) {
  const browser = world.browser();
  world.standIn.signIn(person);
  const answer = await world.answerTo(await world.begin(browser));
  return { browser, answer };
}

function assertRefused({ refusal, user }: Ended, code?: string): void {
  assert.equal(user, undefined, 'somebody is signed in');
  assert.notEqual(refusal, undefined, 'there was no refusal');
  if (code !== undefined) assert.equal(refusal, code);
}

function providerOf({ parts, standIn }: ProviderWorld) {
  const provider = parts.providers.find(({ id }) => id === standIn.provider);
  assert.ok(provider !== undefined);
  return provider;
}
