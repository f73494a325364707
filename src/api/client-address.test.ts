import { describe, expect, test } from 'vitest'
import { clientAddress, limitedAddress, trustedProxies } from './client-address.ts'

describe('the address of a client', () => {
  const proxies = trustedProxies('10.0.0.0/8, 192.0.2.7, fd00::/8')

  test.each([
    ['without proxies the header says nothing', '203.0.113.9', '1.1.1.1', undefined, '203.0.113.9'],
    ['nor does it from elsewhere', '203.0.113.9', '1.1.1.1', proxies, '203.0.113.9'],
    ['a proxy says who asked it', '10.0.0.1', '203.0.113.9', proxies, '203.0.113.9'],
    [
      'what a client wrote before is not believed',
      '10.0.0.1',
      '1.1.1.1, 203.0.113.9',
      proxies,
      '203.0.113.9',
    ],
    [
      'a chain of proxies is followed',
      '10.0.0.1',
      '203.0.113.9, 192.0.2.7',
      proxies,
      '203.0.113.9',
    ],
    ['a proxy that says nothing is the one', '10.0.0.1', undefined, proxies, '10.0.0.1'],
    ['what is no address ends it', '10.0.0.1', 'evil, 10.0.0.2', proxies, '10.0.0.2'],
    ['IPv4 in IPv6 is IPv4', '::ffff:10.0.0.1', '::ffff:203.0.113.9', proxies, '203.0.113.9'],
    ['IPv6', 'fd00::1', '2001:db8::5', proxies, '2001:db8::5'],
  ])('%s', (_rule, connection, header, trusted, address) => {
    expect(clientAddress(connection, header, trusted)).toBe(address)
  })
})

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2:ffff::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['2001:0db8:0001:0002::1', '2001:db8:1:2'],
  ['unknown', 'unknown'],
])('%s is counted as %s', (address, counted) => {
  expect(limitedAddress(address)).toBe(counted)
})
