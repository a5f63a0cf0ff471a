import express, { type Express } from 'express';
import type { Entrance } from 'express-entrance';
import type { Turns } from './turns.js';

/** The app: the ID that a guard tells is the key of the app's own table. */
export function createApp(entrance: Entrance, turns: Turns): Express {
  const app = express();
  app.use(entrance.routes);
  app.get('/my-desk', entrance.requireSession, (request, response, next) => {
    const { id, fullName } = entrance.guardedUser(request);
    turns
      .take((database) => database.get('SELECT desk FROM people WHERE id = ?', [id]))
      .then((row) => response.json({ fullName, desk: row?.desk ?? null }), next);
  });
  return app;
}
