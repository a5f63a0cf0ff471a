import sqlite from 'node-sqlite3-wasm';

/** What the app had before Entrance came: a table of its people, each with a desk. */
const PEOPLE = `
  CREATE TABLE people (
    id TEXT PRIMARY KEY, -- a UUID
    email TEXT NOT NULL,
    full_name TEXT NOT NULL,
    desk TEXT
  );
  INSERT INTO people VALUES
    ('0190f3a2-5c1e-7a40-9d53-6b1f0c8e2a11', 'ada@acmecorp.com', 'Ada Lovelace', 'desk 4, by the window'),
    ('0190f3a2-5c1e-7b52-8e07-41d9a3c5f622', 'kim@acmecorp.com', 'Kim Park', 'desk 7');
`;

/**
 * What Entrance adds. A person of before has version 0 until `migrate` has seen them. `rest` is JSON: what is never
 * searched for. `email_key` is empty while an address isn't confirmed, so only confirmed addresses are unique.
 */
const FOR_ENTRANCE = `
  ALTER TABLE people ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE people ADD COLUMN provider TEXT;
  ALTER TABLE people ADD COLUMN status TEXT;
  ALTER TABLE people ADD COLUMN created_at TEXT;
  ALTER TABLE people ADD COLUMN last_login_at TEXT;
  ALTER TABLE people ADD COLUMN rest TEXT;
  ALTER TABLE people ADD COLUMN seen TEXT;
  ALTER TABLE people ADD COLUMN password_hash TEXT;
  ALTER TABLE people ADD COLUMN email_key TEXT;
  ALTER TABLE people ADD COLUMN email_order TEXT;
  ALTER TABLE people ADD COLUMN name_order TEXT;
  ALTER TABLE people ADD COLUMN words TEXT;
  CREATE UNIQUE INDEX people_by_email ON people (email_key);

  CREATE TABLE people_identities (
    provider TEXT NOT NULL,
    scope TEXT NOT NULL,
    subject TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    PRIMARY KEY (provider, scope, subject)
  );
  CREATE INDEX people_identities_by_person ON people_identities (person);

  CREATE TABLE people_grants (
    person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    kind TEXT NOT NULL, -- 'role' or 'team'
    name TEXT NOT NULL,
    ends_at TEXT
  );
  CREATE INDEX people_grants_by_person ON people_grants (person);
  CREATE INDEX people_grants_by_name ON people_grants (kind, name);
`;

/** Opens the file of the app, and brings its tables into the present form. */
export function openDatabase(file: string): sqlite.Database {
  const database = new sqlite.Database(file);
  const steps = [PEOPLE, FOR_ENTRANCE];
  const done = Number(database.get('PRAGMA user_version')?.user_version);
  for (const [index, step] of steps.entries())
    if (index >= done) database.exec(`BEGIN; ${step} PRAGMA user_version = ${index + 1}; COMMIT;`);
  return database;
}
