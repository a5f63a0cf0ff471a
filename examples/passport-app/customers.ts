import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** The shop's own users. They have nothing to do with those of Entrance. */
export interface Customer {
  readonly id: string;
  readonly username: string;
  readonly name: string;
}

interface Stored extends Customer {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const KEY_BYTES = 32;
const derive = promisify<string, Buffer, number, Buffer>(scrypt);

async function stored(customer: Customer, password: string): Promise<Stored> {
  const salt = randomBytes(16);
  return { ...customer, salt, hash: await derive(password, salt, KEY_BYTES) };
}

const customers: readonly Stored[] = [
  await stored({ id: 'c-17', username: 'mia', name: 'Mia Torres' }, 'seven quiet lanterns'),
  await stored({ id: 'c-23', username: 'noor', name: 'Noor Haddad' }, 'green paper boats'),
];

export function findCustomer(id: string): Customer | undefined {
  const found = customers.find((customer) => customer.id === id);
  return found && { id: found.id, username: found.username, name: found.name };
}

export async function customerWithPassword(
  username: string,
  password: string,
): Promise<Customer | undefined> {
  const found = customers.find((customer) => customer.username === username);
  if (found === undefined) return undefined;
  const hash = await derive(password, found.salt, KEY_BYTES);
  return timingSafeEqual(hash, found.hash) ? findCustomer(found.id) : undefined;
}
