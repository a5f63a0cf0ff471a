import { connect as connectPlainly, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { describeFault, faultOf, type RedisFault } from './fault.js';
import type { FaultPlace } from './fault-texts.js';

/** The time that a server has to show whether it speaks TLS. */
const PROBE_TIMEOUT_MS = 1_000;

/** A server that hangs up or keeps silent may expect TLS, or not speak it, so the other way is tried. */
export async function diagnose(error: unknown, place: FaultPlace): Promise<RedisFault> {
  const fault = faultOf(error, place);
  if (!isAmbiguous(fault)) return fault;
  if (place.tls) return (await speaksPlainly(place)) ? describeFault('tls_unwanted', place) : fault;
  return (await speaksTls(place)) ? describeFault('tls_wanted', place) : fault;
}

export function isAmbiguous({ code }: RedisFault): boolean {
  return code === 'connection_closed' || code === 'no_answer' || code === 'tls_failed';
}

/** Accepts any certificate, since nothing is sent after the handshake. */
function speaksTls({ host, port }: FaultPlace): Promise<boolean> {
  return probe(connectSecurely({ host, port, rejectUnauthorized: false }), 'secureConnect', () => true);
}

/** Sends a ping, which holds no secret. Redis answers a ping even without the password, at least with an error. */
function speaksPlainly({ host, port }: FaultPlace): Promise<boolean> {
  const socket = connectPlainly({ host, port }, () => socket.write('PING\r\n'));
  return probe(socket, 'data', (reply) => /^[+-]/.test(String(reply)));
}

function probe(socket: Socket, event: string, isSign: (value: unknown) => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (answer: boolean) => {
      clearTimeout(tooLate);
      socket.destroy();
      resolve(answer);
    };
    const tooLate = setTimeout(settle, PROBE_TIMEOUT_MS, false);
    socket.once(event, (value) => settle(isSign(value)));
    socket.on('error', () => settle(false));
    socket.once('close', () => settle(false));
  });
}
