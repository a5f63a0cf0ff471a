import { createServer } from 'node:http';
import { createEntrance, fromEnvironment, serverOptions } from 'express-entrance';
import { createApp } from './app.js';

const { PORT = '8000' } = process.env;

// The prefix keeps the names of Entrance apart from those of the shop: ENTRANCE_BASE_URL, ENTRANCE_SESSION_SECRET, …
const entrance = await createEntrance({ settings: fromEnvironment(process.env, { prefix: 'ENTRANCE_' }) });
const app = createApp(entrance);
createServer(serverOptions(app), app).listen(Number(PORT), () => console.log('listening on', PORT));
