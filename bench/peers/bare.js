import { serveHost } from './host.js';

/** Express and nothing else. */
await serveHost(() => (_request, _response, next) => next());
