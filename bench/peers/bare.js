import { serveHost } from './host.js';

/** Express and nothing else, or with nothing of Entrance but the options of the server. */
const { serverOptions } = process.env.SERVER_OPTIONS === 'ours' ? await import('../../dist/index.js') : {};
await serveHost(() => (_request, _response, next) => next(), serverOptions);
