import { globalAgent } from 'node:https';
import { connect } from 'node:net';
import {
  type SimulatedMicrosoft,
  type SimulatorOptions,
  startSimulatedMicrosoft,
} from '../../demo/simulator/simulator.js';

const MICROSOFT_HOSTS = /^(?:[\w-]+\.ciamlogin\.com|graph\.microsoft\.com)$/;

/** An external tenant (Entra External ID) as it is in the world: at its own host, with Microsoft’s Graph beside it. */
export async function startExternalTenant(
  name: string,
  options: SimulatorOptions,
): Promise<SimulatedMicrosoft> {
  const microsoft = await startSimulatedMicrosoft({ ...options, externalTenant: name });
  const { hostname, port } = new URL(microsoft.address);
  const usual = globalAgent.createConnection;
  // Without TLS, since nothing here is about that.
  globalAgent.createConnection = (asked, created) =>
    MICROSOFT_HOSTS.test(asked.host ?? '')
      ? connect(Number(port), hostname)
      : usual.call(globalAgent, asked, created);
  return {
    ...microsoft,
    async close() {
      globalAgent.createConnection = usual;
      await microsoft.close();
    },
  };
}
