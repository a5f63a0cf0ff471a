import { atMost, type Benchmark } from './support/benchmark.js';
import { type Contestant, kinds } from './support/contestants.js';
import { decimals, median, medianRatio } from './support/figures.js';
import { onStage } from './support/stage.js';

const SIGN_INS = 150;
/** Before the rounds, the first `SIGN_INS` among them: until then much of the time goes into compiling. */
const WARM_UP = 3_000;

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

      const cpuOf = async (server: Contestant) => {
        const before = await server.cpu();
        await signInTimes(server, SIGN_INS);
        return ((await server.cpu()) - before) / SIGN_INS / 1e3;
      };

      const first = new Map<string, number>();
      for (const server of servers) first.set(server.label, await cpuOf(server));
      for (const server of servers) await signInTimes(server, WARM_UP - SIGN_INS);
      for (let round = 0; round < options.rounds; round += 1) {
        for (const server of servers) spent.get(server.label)?.push(await cpuOf(server));
      }

      const byHand = spent.get(expressSession.label) ?? [];
      const ratio = (label: string) => medianRatio(spent.get(label) ?? [], byHand);
      const ofFirst = (label: string) => (first.get(label) ?? 0) / (first.get(expressSession.label) ?? 0);
      return {
        tables: [
          {
            caption: `CPU time of the server from the click to the stored session: two requests of the browser, the exchange of the code, the ID token. ${SIGN_INS} sign-ins in each round: the first since the process started, and after ${WARM_UP.toLocaleString('en')}.`,
            columns: [
              'signed in by',
              'CPU ms',
              'of openid-client by hand',
              'the first, CPU ms',
              'of openid-client by hand',
            ],
            rows: [...spent].map(([label, values]) => [
              label,
              decimals(median(values)),
              decimals(ratio(label)),
              decimals(first.get(label) ?? 0),
              decimals(ofFirst(label)),
            ]),
          },
        ],
        targets: [atMost('CPU of a sign-in, of openid-client by hand', 1, ratio(entrance.label))],
      };
    }),
};
