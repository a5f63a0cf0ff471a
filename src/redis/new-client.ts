import { type createClient, RedisClient } from '@redis/client';
import multi from '@redis/client/dist/lib/client/multi-command.js';
import { BasicCommandParser } from '@redis/client/dist/lib/client/parser.js';
import { getTransformReply } from '@redis/client/dist/lib/commander.js';
import commands from '@redis/client/dist/lib/commands/index.js';
import type { Command, TypeMapping } from '@redis/client/dist/lib/RESP/types.js';

type None = Record<string, never>;
type Client = InstanceType<typeof ClientWithCommands>;

/** As node-redis’s `createClient`, for RESP3, which it speaks unless told otherwise. */
export function newClient(
  options: ConstructorParameters<typeof ClientWithCommands>[0],
): ReturnType<typeof createClient> {
  return Object.create(new ClientWithCommands(options));
}

/**
 * node-redis adds eight hundred methods to a class one after the other, and V8 copies the list of them before each: a sixth of
 * a start. Here they are together before anything inherits from them. What `multi()` makes is left until somebody asks.
 */
const methods = Object.fromEntries(
  Object.entries(commands.default).map(([name, command]) => [name, methodFor(command)]),
);

class ClientWithCommands extends RedisClient<None, None, None, 3, TypeMapping> {
  static #multi: unknown;

  get Multi(): unknown {
    ClientWithCommands.#multi ??= multi.default.extend();
    return ClientWithCommands.#multi;
  }
}
Object.setPrototypeOf(methods, RedisClient.prototype);
Object.setPrototypeOf(ClientWithCommands.prototype, methods);

/** What a method is called on: a client, or a view of one with options of its own. */
interface Receiver {
  readonly _self: Client;
  readonly _commandOptions: Parameters<Client['_executeCommand']>[2];
}

function methodFor(command: Command) {
  const transformReply = getTransformReply(command, 3);
  return async function (this: Receiver, ...parameters: unknown[]): Promise<unknown> {
    const client = this._self;
    const parser = new BasicCommandParser(client._keyPrefix);
    command.parseCommand(parser, ...parameters);
    return client._executeCommand(command, parser, this._commandOptions, transformReply);
  };
}
