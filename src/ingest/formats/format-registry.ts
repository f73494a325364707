/** Every CDR format by the name that `--format` and sources.yaml use. */
import type { FormatAdapter, FormatName } from '../format.ts'
import { asteriskAdapter } from './asterisk/asterisk.ts'
import { broadworksAdapter } from './broadworks/broadworks.ts'
import { cucmAdapter } from './cucm/cucm.ts'
import { delimitedAdapter } from './mapped/delimited.ts'
import { fixedWidthAdapter } from './mapped/fixed-width.ts'
import { freeswitchCsvAdapter } from './freeswitch/freeswitch-csv.ts'
import { freeswitchJsonAdapter } from './freeswitch/freeswitch-json.ts'
import { kamailioAdapter } from './kamailio/kamailio.ts'
import { radiusAdapter } from './radius/radius.ts'
import { tap3Adapter } from './tap3/tap3.ts'
import { usageAdapter } from './usage/usage.ts'

const ADAPTERS: Readonly<Record<FormatName, FormatAdapter>> = {
  asterisk: asteriskAdapter,
  broadworks: broadworksAdapter,
  cucm: cucmAdapter,
  delimited: delimitedAdapter,
  'fixed-width': fixedWidthAdapter,
  'freeswitch-csv': freeswitchCsvAdapter,
  'freeswitch-json': freeswitchJsonAdapter,
  kamailio: kamailioAdapter,
  radius: radiusAdapter,
  tap3: tap3Adapter,
  usage: usageAdapter,
}

export function formatAdapter(name: FormatName): FormatAdapter {
  return ADAPTERS[name]
}

/** All adapters, for detection and for the tests that every one must pass. */
export function formatAdapters(): readonly FormatAdapter[] {
  return Object.values(ADAPTERS)
}
