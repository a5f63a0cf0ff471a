import { createServer } from 'node:http';
import { createEntrance, fromEnvironment, serverOptions } from 'express-entrance';
import { createApp } from './app.js';
import { openDatabase } from './database.js';
import { Turns } from './turns.js';
import { UsersTable } from './users-table.js';

const { DATABASE = 'people.db', PORT = '8000' } = process.env;

const turns = new Turns(openDatabase(DATABASE));
const entrance = await createEntrance({
  settings: fromEnvironment(process.env),
  directory: (context) => new UsersTable(turns, context),
});
const app = createApp(entrance, turns);
createServer(serverOptions(app), app).listen(Number(PORT), () => console.log('listening on', PORT));
