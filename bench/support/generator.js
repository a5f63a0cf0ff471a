/**
 * The load generator, a process of its own: keep-alive connections that each send the next request when the last is
 * answered. Little more than sockets, so that it is never what is measured.
 */
import { connect } from 'node:net';

process.on('message', async (job) => process.send(await run(job)));
process.on('disconnect', () => process.exit());

/**
 * `job`: port, path, headers (each request takes the next of them, round and round), connections, and when to stop:
 * after `requests` or after `seconds`.
 */
async function run({ port, path, headers, connections, requests = Number.POSITIVE_INFINITY, seconds }) {
  const latencies = [];
  const statuses = {};
  const started = performance.now();
  const until = seconds === undefined ? Number.POSITIVE_INFINITY : started + seconds * 1e3;
  const messages = headers.map((lines) =>
    Buffer.from([`GET ${path} HTTP/1.1`, 'Host: localhost', ...lines, '', ''].join('\r\n')),
  );
  let sent = 0;
  const nextMessage = () => {
    if (sent >= requests || performance.now() >= until) return undefined;
    sent += 1;
    return messages[(sent - 1) % messages.length];
  };
  const answered = (status, milliseconds) => {
    latencies.push(milliseconds);
    statuses[status] = (statuses[status] ?? 0) + 1;
  };

  await Promise.all(Array.from({ length: connections }, () => keepAsking(port, nextMessage, answered)));
  return { requests: sent, seconds: (performance.now() - started) / 1e3, statuses, latencies };
}

function keepAsking(port, nextMessage, answered) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const parts = [];
    let asked;

    const ask = () => {
      const message = nextMessage();
      if (message === undefined) {
        resolve();
        socket.destroy();
        return;
      }
      asked = performance.now();
      socket.write(message);
    };

    socket.on('connect', ask);
    socket.on('data', (bytes) => {
      parts.push(bytes);
      const text = Buffer.concat(parts).toString('latin1');
      if (!isWhole(text)) return;
      parts.length = 0;
      answered(text.slice(9, 12), performance.now() - asked);
      ask();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server hung up')));
  });
}

/** Whether this is a whole answer: its head, and the body that its head announces (RFC 9112 §6.3). */
function isWhole(text) {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const head = text.slice(0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length !== null) return text.length >= end + 4 + Number(length[1]);
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return text.endsWith('\r\n0\r\n\r\n');
  return true;
}
