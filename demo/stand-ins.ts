import { isPortTaken, portTaken } from './ports.js';
import { type SimulatedGitHub, startSimulatedGitHub } from './simulator/github.js';
import { type SimulatedGoogle, startSimulatedGoogle } from './simulator/google.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from './simulator/simulator.js';

/** The providers of the demo, all of them simulated. */
export interface StandIns {
  readonly microsoft: SimulatedMicrosoft;
  readonly google: SimulatedGoogle;
  readonly github: SimulatedGitHub;
  close(): Promise<void>;
}

interface Closable {
  close(): Promise<void>;
}

const PORTS_TRIED = 20;

/** Starts the stand-ins on the next ports that are free. If one of the stand-ins can’t start, all are stopped. */
export async function startStandIns(port: number, baseUrl: string): Promise<StandIns> {
  const started: Closable[] = [];
  const close = async () => {
    await Promise.all(started.map((standIn) => standIn.close()));
  };
  let next = port + 1;

  async function onFreePort<T extends Closable>(start: (port: number) => Promise<T>): Promise<T> {
    while (next <= port + PORTS_TRIED) {
      const candidate = next;
      next += 1;
      try {
        const standIn = await start(candidate);
        started.push(standIn);
        return standIn;
      } catch (error) {
        if (!isPortTaken(error)) throw error;
      }
    }
    throw portTaken(port + 1);
  }

  const host = 'localhost';
  const redirectUri = (provider: string) => `${baseUrl}/auth/sso/callback/${provider}`;
  try {
    const microsoft = await onFreePort((free) =>
      startSimulatedMicrosoft({
        host,
        port: free,
        redirectUris: [redirectUri('entra'), `${baseUrl}/admin/login`],
        frontChannelLogoutUrl: `${baseUrl}/auth/sso/logout/entra`,
      }),
    );
    const google = await onFreePort((free) =>
      startSimulatedGoogle({ host, port: free, redirectUri: redirectUri('google') }),
    );
    const github = await onFreePort((free) =>
      startSimulatedGitHub({ host, port: free, redirectUri: redirectUri('github') }),
    );
    return { microsoft, google, github, close };
  } catch (error) {
    await close();
    throw error;
  }
}
