import { describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { Directory } from '#entrance/directory/directory.js';
import { createTestEntrance, directoryContract, signInAs } from '#entrance/testing.js';
import { openHostDirectory } from '../../support/host-directory.js';

describe('a directory of a host app', () => {
  for (const { name, run } of directoryContract(openHostDirectory)) test(name, run);
});

test('an entrance keeps its users in it', async () => {
  let own: Directory | undefined;
  const entrance = await createTestEntrance({
    directory: (context) => {
      own = openHostDirectory(context);
      return own;
    },
  });
  const agent = request.agent(express().use(entrance.routes));
  const { user } = await signInAs(agent, { roles: ['platform_admin'], email: 'ada@acmecorp.com' });
  expect(await own?.findByEmail('ada@acmecorp.com')).toMatchObject({ id: user.id });
  expect((await agent.get('/admin/users').expect(200)).text).toContain('ada@acmecorp.com');
  await entrance.close();
});
