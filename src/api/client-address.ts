/** Whence a request came: the address of the connection, or what a proxy that is trusted says of it. */
import { BlockList, isIP } from 'node:net'

export type TrustedProxies = Pick<BlockList, 'check'>

/** Addresses and networks (10.0.0.0/8), separated by commas. Throws for what is none. */
export function trustedProxies(text: string): TrustedProxies {
  const list = new BlockList()
  for (const each of text.split(',').map((part) => part.trim())) {
    const [address = '', length] = each.split('/', 2)
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (length === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number.parseInt(length, 10), family)
  }
  return list
}

/**
 * The last of `X-Forwarded-For` that no trusted proxy wrote: what stands before it anybody may have sent.
 * Without proxies, or from elsewhere, the header says nothing.
 */
export function clientAddress(
  connection: string,
  forwardedFor: string | undefined,
  proxies: TrustedProxies | undefined,
): string {
  let address = plain(connection)
  if (proxies === undefined) return address
  const hops = (forwardedFor ?? '').split(',', HOPS_MAX).map((hop) => plain(hop.trim()))
  while (isTrusted(proxies, address)) {
    const before = hops.pop()
    if (before === undefined || isIP(before) === 0) return address
    address = before
  }
  return address
}

/** More are no chain of proxies. */
const HOPS_MAX = 32

function isTrusted(proxies: TrustedProxies, address: string): boolean {
  const family = isIP(address)
  return family !== 0 && proxies.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** One household has a network of IPv6 addresses: what it may ask is counted for all of it. */
export function limitedAddress(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail = ''] = address.split('%')[0]?.split('::') ?? []
  const first = head.split(':').filter((group) => group !== '')
  const last = tail.split(':').filter((group) => group !== '')
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0')
  const groups = [...first, ...(address.includes('::') ? zeros : []), ...last]
  return groups.slice(0, NETWORK_GROUPS).map(shortGroup).join(':')
}

const NETWORK_GROUPS = 4

function shortGroup(group: string): string {
  return Number.parseInt(group, 16).toString(16)
}

/** An IPv4 address as a socket that takes both kinds writes it. */
function plain(address: string): string {
  const [, ipv4] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? []
  return ipv4 ?? address
}
