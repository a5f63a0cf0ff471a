import { atMost, type Benchmark } from './support/benchmark.js';
import { type Contestant, kinds } from './support/contestants.js';
import { decimals, median, medianRatio } from './support/figures.js';
import { onStage } from './support/stage.js';

const SIGN_INS = 150;
const WARM_UP = 150;

/** From the click to the session: what our process spends on it. */
export const signIn: Benchmark = {
  name: 'sign-in',
  title: 'A sign-in with Microsoft',
  run: (options) =>
    onStage(options, async ({ start }) => {
      const { expressSession, verifyingSession, passport, entrance } = kinds;
      const servers: Contestant[] = [];
      for (const kind of [expressSession, verifyingSession, passport, entrance])
        servers.push(await start(kind));
      const spent = new Map<string, number[]>(servers.map(({ label }) => [label, []]));
      let visitor = 0;
      const signInTimes = async (server: Contestant, times: number) => {
        for (let time = 0; time < times; time += 1) {
          visitor += 1;
          await server.signIn({ 'x-forwarded-for': `10.0.${(visitor >> 8) & 255}.${visitor & 255}` });
        }
      };

      for (const server of servers) await signInTimes(server, WARM_UP);
      for (let round = 0; round < options.rounds; round += 1) {
        for (const server of servers) {
          const before = await server.cpu();
          await signInTimes(server, SIGN_INS);
          spent.get(server.label)?.push(((await server.cpu()) - before) / SIGN_INS / 1e3);
        }
      }

      const byHand = spent.get(expressSession.label) ?? [];
      const ratio = (label: string) => medianRatio(spent.get(label) ?? [], byHand);
      return {
        tables: [
          {
            caption: `CPU time of the server from the click to the stored session: two requests of the browser, the exchange of the code, the ID token. ${SIGN_INS} sign-ins in each round.`,
            columns: ['signed in by', 'CPU ms', 'of openid-client by hand'],
            rows: [...spent].map(([label, values]) => [
              label,
              decimals(median(values)),
              decimals(ratio(label)),
            ]),
          },
        ],
        targets: [atMost('CPU of a sign-in, of openid-client by hand', 1, ratio(entrance.label))],
      };
    }),
};
