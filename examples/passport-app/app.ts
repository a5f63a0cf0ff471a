import express, { type Express } from 'express';
import type { Entrance } from 'express-entrance';
import { createShop } from './shop.js';

/** The shop with sign-in for those who run it. Entrance comes first: its pages need no session of the shop. */
export function createApp(entrance: Entrance): Express {
  const app = express();
  app.use(entrance.routes);
  app.get('/back-office', entrance.requireRole('platform_admin'), (request, response) => {
    response.json({ administrator: entrance.guardedUser(request).fullName, open: ['two mugs', 'a lamp'] });
  });
  app.use(createShop());
  return app;
}
