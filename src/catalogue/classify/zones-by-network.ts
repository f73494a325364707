/**
 * From the network that a mobile was in to the zone of the catalogue. The most specific member that
 * is valid at the moment wins: a named network before its country, so that a ship's network with a
 * national country code is not roam-like-at-home.
 */
import type { HomeCountry, Validity } from '../../core/accounts/accounts.ts'
import { isWithin } from '../../core/time/validity.ts'
import type { Catalogue } from '../catalogue.ts'

export interface ZonesByNetwork {
  /** Zone id at the instant, 'home' in the home country, undefined when no zone has the network. */
  zoneOf(visitedNetwork: string, home: HomeCountry, atMs: number): string | undefined
}

interface ZoneEntry extends Validity {
  readonly zoneId: string
}

interface KnownNetwork {
  readonly country: string
  /** Most specific first. */
  readonly zones: readonly ZoneEntry[]
}

const HOME_ZONE = 'home'
const TADIG = 'TADIG:'
const ALPHA3_LENGTH = 3
/** More different networks than exist; a stream of invented ones cannot grow the memory. */
const KNOWN_NETWORKS_MAX = 10_000

export function createZonesByNetwork(catalogue: Catalogue): ZonesByNetwork {
  const zonesByMember = new Map<string, ZoneEntry[]>()
  for (const { zoneId, members } of catalogue.zones) {
    for (const { network, fromMs, toMs } of members) {
      const key = canonicalNetwork(network)
      zonesByMember.set(key, [...(zonesByMember.get(key) ?? []), { zoneId, fromMs, toMs }])
    }
  }
  const countryByCode = new Map<string, string>()
  for (const { country, alpha3, mobileCountryCodes } of catalogue.countries.values()) {
    countryByCode.set(TADIG + alpha3, country)
    for (const code of mobileCountryCodes) countryByCode.set(code, country)
  }
  const known = new Map<string, KnownNetwork>()

  function learn(visitedNetwork: string): KnownNetwork {
    const network = canonicalNetwork(visitedNetwork)
    const group = groupOf(network)
    const entry = {
      country: countryByCode.get(group) ?? '',
      zones: [...(zonesByMember.get(network) ?? []), ...(zonesByMember.get(group) ?? [])],
    }
    if (known.size >= KNOWN_NETWORKS_MAX) known.clear()
    known.set(visitedNetwork, entry)
    return entry
  }

  return {
    zoneOf(visitedNetwork, home, atMs) {
      if (visitedNetwork === '') return HOME_ZONE
      const { country, zones } = known.get(visitedNetwork) ?? learn(visitedNetwork)
      if (country === home) return HOME_ZONE
      for (const zone of zones) {
        if (isWithin(atMs, zone.fromMs, zone.toMs)) return zone.zoneId
      }
      return undefined
    },
  }
}

/** '274-8' and '274-08' are one network: codes of one digit are written with two. */
function canonicalNetwork(network: string): string {
  return network.replace(/^(\d{3})-(\d)$/, '$1-0$2')
}

/** The country's part: 'MCC' of 'MCC-MNC', 'TADIG:NLD' of 'TADIG:NLDLT'. */
function groupOf(network: string): string {
  return network.slice(0, network.startsWith(TADIG) ? TADIG.length + ALPHA3_LENGTH : 3)
}
