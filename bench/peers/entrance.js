import { createEntrance } from '../../dist/index.js';
import { serveHost } from './host.js';

/** The product, mounted as its README has it. */
const entrance = await createEntrance({ settings: process.env });

await serveHost((app) => {
  app.use(entrance.routes);
  return entrance.requireRole('platform_admin');
});
