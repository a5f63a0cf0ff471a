import { createEntrance, serverOptions } from '../../dist/index.js';
import { serveHost } from './host.js';

/** The product, mounted as its README has it, or without the options of the server, as its peers are. */
const entrance = await createEntrance({ settings: process.env });

await serveHost(
  (app) => {
    app.use(entrance.routes);
    return entrance.requireRole('platform_admin');
  },
  process.env.SERVER_OPTIONS === 'none' ? undefined : serverOptions,
);
