/**
 * Stands between a server and its Redis. `node faulty-proxy.js PORT delay MILLISECONDS` holds back each packet so long, each way;
 * `node faulty-proxy.js PORT cut MILLISECONDS` closes all connections again and again, about that far apart.
 */
import { connect, createServer } from 'node:net';

const [redisPort, fault, milliseconds] = process.argv.slice(2);
const sockets = new Set();

const server = createServer({ noDelay: true }, (client) => {
  const redis = connect({ port: Number(redisPort), host: '127.0.0.1', noDelay: true });
  join(client, redis);
  join(redis, client);
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
if (fault === 'cut') cutAgain();

function join(from, to) {
  sockets.add(from);
  from.on('data', fault === 'delay' ? (bytes) => setTimeout(pass, Number(milliseconds), bytes) : pass);
  from.on('error', () => {});
  from.on('close', () => {
    sockets.delete(from);
    to.destroy();
  });

  function pass(bytes) {
    if (!to.destroyed) to.write(bytes);
  }
}

function cutAgain() {
  setTimeout(
    () => {
      for (const socket of sockets) socket.destroy();
      cutAgain();
    },
    Number(milliseconds) * (0.5 + Math.random()),
  );
}
