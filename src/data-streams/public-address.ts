/**
 * Which addresses a webhook may reach. Its URL is a customer's text, and a server that posts to any
 * address posts into the provider's own network for him; names are judged by what they resolve to at
 * the moment of connecting, because they can change after they were checked.
 * https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
 */
import { lookup } from 'node:dns'
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net'

/** `public`: addresses of the internet only. `any`: this machine and private networks too, for trials. */
export type WebhookTargets = 'public' | 'any'

/** https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry */
const SPECIAL: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['::', 127], // Unspecified and loopback.
  ['::ffff:0:0', 96], // IPv4 in IPv6.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 9], // Link-local and what was site-local.
  ['ff00::', 8],
]

/** One list for each family: a list takes an IPv4 address for its IPv6 form as well. */
const BLOCKED = { 4: new BlockList(), 6: new BlockList() } as const
for (const [network, prefix] of SPECIAL) {
  if (isIPv6(network)) BLOCKED[6].addSubnet(network, prefix, 'ipv6')
  else BLOCKED[4].addSubnet(network, prefix, 'ipv4')
}

export function isPublicAddress(address: string): boolean {
  const version = isIP(address)
  if (version === 4) return !BLOCKED[4].check(address, 'ipv4')
  return version === 6 && !BLOCKED[6].check(address, 'ipv6')
}

/** Resolves a name as usual, and fails when one of its addresses is not public. */
export const lookupPublic: LookupFunction = (name, options, done) => {
  lookup(name, { ...options, all: true }, (error, addresses) => {
    const hidden = addresses?.find(({ address }) => !isPublicAddress(address))
    if (error === null && hidden === undefined) done(null, addresses)
    else
      done(error ?? new Error(`${name} leads to ${hidden?.address ?? ''}, no public address`), [])
  })
}
