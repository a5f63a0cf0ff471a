import { test } from 'node:test';
import { directoryContract } from 'express-entrance/testing';
import { openDatabase } from './database.js';
import { Turns } from './turns.js';
import { UsersTable } from './users-table.js';

/** Each rule gets an empty table of its own, in memory. */
const rules = directoryContract((context) => {
  const database = openDatabase(':memory:');
  database.exec('DELETE FROM people');
  return new UsersTable(new Turns(database), context);
});

for (const { name, run } of rules) test(name, run);
