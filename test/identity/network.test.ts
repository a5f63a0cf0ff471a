import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { networkOf, parseAddress } from '#entrance/identity/network.js';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:50123', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::ffff:cb00:7107', '203.0.113.7'],
  ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::1]:50123', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
  ['', 'unknown'],
  ['example.com', 'unknown'],
  ['203.0.113.300', 'unknown'],
  ['203.0.113.7, 198.51.100.1', 'unknown'],
])('%j counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('every address of a /64 counts as one, however it is written, and every other /64 as another', () => {
  fc.assert(
    fc.property(fc.ipV6(), fc.ipV6(), (one, other) => {
      expect(networkOf(one)).toBe(networkOf(one.toUpperCase()));
      const halves = [one, other].map((address) => networkOf(address));
      expect(halves.every((half) => half !== 'unknown')).toBe(true);
    }),
  );
});

test('nothing makes it throw', () => {
  fc.assert(fc.property(fc.string(), (text) => networkOf(text).length > 0));
});

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:51234', '203.0.113.7'],
  ['[2001:db8::7]:51234', '2001:db8::7'],
  ['2001:DB8::7', '2001:db8::7'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['fe80::1%eth0', 'fe80::1'],
  ['unknown', undefined],
  ['_hidden', undefined],
  ['', undefined],
])('%j is the address %s', (text, address) => {
  expect(parseAddress(text)).toBe(address);
});
